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

/// Batches that may wait: enough to keep both sides busy, few enough to keep memory small.
const WAITING: usize = 4;

/// What the reader tells.
pub(super) enum Message {
    /// What the file is; always first.
    Opened(Opened),
    /// The one organisation that the file names; before the first fact.
    Account(String),
    /// Facts, and the facets that they are the first to use.
    Facts(Vec<Facets>, Vec<Fact>),
    /// A record that did not become a fact.
    Reject(Box<Reject>),
    /// Bytes read so far.
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
            let mut sink = Sender { sender, facets_sent: 0, new_facets: Vec::new(), facts: Vec::new() };
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
        self.send(Message::Facts(facets, facts))
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
        self.send(Message::Progress(bytes))
    }
}
