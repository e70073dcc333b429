//! Reading a file in one thread while the book takes its rows in another.
//!
//! Parsing and writing cost about the same, so two cores halve the wait. The reader sends facts in
//! batches through a short queue; whoever receives may stop it at any batch.

use std::io::Read;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use outlay_core::fact::{FacetTable, Facets, Fact};
use outlay_core::import::{ImportError, Opened, ParseOptions, Parsed, Reject, Sink, parse};

/// Facts that are sent together.
const BATCH: usize = 4_096;

/// Batches that may wait: more than the book takes at once, so that the reader goes on meanwhile.
const WAITING: usize = 44;

/// Bytes after which progress is told without a fact.
const SILENCE: u64 = 4 << 20;

/// What the reader tells.
pub(super) enum Message {
    /// What the file is; always first.
    Opened(Opened),
    /// The one organisation that the file names; before the first fact.
    Account(String),
    /// Facts, and the facets that they are the first to use; with the bytes read so far.
    Facts { facets: Vec<Facets>, facts: Vec<Fact>, bytes: u64 },
    /// A record that did not become a fact.
    Reject(Box<Reject>),
    /// Bytes read so far, where no fact has told it for long.
    Progress(u64),
}

/// Parses `reader` in a thread of its own and gives each message to `take`, in order, in this thread.
///
/// # Errors
/// Those of `take`, which stop the reading, and those of parsing.
pub(super) fn stream<E: From<ImportError>>(
    reader: impl Read + Send,
    options: &ParseOptions,
    mut take: impl FnMut(Message) -> Result<(), E>,
) -> Result<Parsed, E> {
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel(WAITING);
        let parser = scope.spawn(move || {
            let mut sink = Sender {
                sender,
                facets_sent: 0,
                new_facets: Vec::new(),
                facts: Vec::new(),
                read: 0,
                told: 0,
            };
            let parsed = parse(reader, options, &mut sink)?;
            match sink.send_facts() {
                ControlFlow::Continue(()) => Ok(parsed),
                ControlFlow::Break(()) => Err(ImportError::Stopped),
            }
        });
        let taken = take_all(receiver, &mut take);
        let parsed = parser.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        taken.and_then(|()| Ok(parsed?))
    })
}

/// Gives messages to `take` until there are no more. An error drops the receiver, which stops the reader.
fn take_all<E>(
    receiver: Receiver<Message>,
    take: &mut impl FnMut(Message) -> Result<(), E>,
) -> Result<(), E> {
    receiver.into_iter().try_for_each(take)
}

/// Collects what the parser gives, and sends it.
struct Sender {
    sender: SyncSender<Message>,
    facets_sent: usize,
    new_facets: Vec<Facets>,
    facts: Vec<Fact>,
    /// Bytes read so far, and when they were last told.
    read: u64,
    told: u64,
}

impl Sender {
    fn send(&self, message: Message) -> ControlFlow<()> {
        match self.sender.send(message) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }

    fn send_facts(&mut self) -> ControlFlow<()> {
        if self.facts.is_empty() {
            return ControlFlow::Continue(());
        }
        let facts = std::mem::replace(&mut self.facts, Vec::with_capacity(BATCH));
        let facets = std::mem::take(&mut self.new_facets);
        self.told = self.read;
        self.send(Message::Facts { facets, facts, bytes: self.read })
    }
}

impl Sink for Sender {
    fn begin(&mut self, opened: Opened) {
        // A receiver that is gone is noticed at the first batch.
        let _ = self.send(Message::Opened(opened));
    }

    fn account(&mut self, organisation: &str) {
        let _ = self.send(Message::Account(organisation.to_owned()));
    }

    fn fact(&mut self, facets: &FacetTable, fact: Fact) -> ControlFlow<()> {
        while self.facets_sent < facets.len() {
            let id = outlay_core::fact::FacetId(self.facets_sent as u32);
            self.new_facets.push(facets.get(id).clone());
            self.facets_sent += 1;
        }
        self.facts.push(fact);
        if self.facts.len() == BATCH { self.send_facts() } else { ControlFlow::Continue(()) }
    }

    fn reject(&mut self, reject: Reject) -> ControlFlow<()> {
        self.send(Message::Reject(Box::new(reject)))
    }

    fn progress(&mut self, bytes: u64) -> ControlFlow<()> {
        self.read = bytes;
        // Facts tell it too; a message of its own would take the place of a batch.
        if self.read < self.told + SILENCE {
            return ControlFlow::Continue(());
        }
        self.told = bytes;
        self.send(Message::Progress(bytes))
    }
}
