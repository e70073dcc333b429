//! A way to the tests' server on which things go wrong, when and as a test orders it.
//!
//! It reads how long the protocol's messages are, so that it can end exactly between two of them; what they say is
//! nothing to it. It speaks no TLS.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};
use std::thread;

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// To the server.
    There,
    /// From the server.
    Back,
}

/// In what it is counted how far a connection comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Bytes,
    Messages,
}

/// What happens then.
#[derive(Debug, Clone)]
pub(super) enum Then {
    /// The connection breaks.
    Cut,
    /// Nothing comes through any more, and nobody is told.
    Swallow,
    /// The same, and the test is told.
    Hold(Sender<()>),
}

/// What goes wrong on the next connection: after so much in one direction.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub(super) way: Way,
    pub(super) unit: Unit,
    pub(super) after: u64,
    pub(super) then: Then,
}

/// How many messages went either way on all connections.
#[derive(Debug, Default)]
struct Seen {
    there: AtomicU64,
    back: AtomicU64,
}

/// Listens as long as the process lives.
#[derive(Debug)]
pub(super) struct Proxy {
    pub(super) port: u16,
    order: Arc<Mutex<Option<Order>>>,
    seen: Arc<Seen>,
}

impl Proxy {
    /// A way to the server at this port of this machine.
    pub(super) fn before(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let proxy = Self { port, order: Arc::default(), seen: Arc::default() };
        let (order, seen) = (Arc::clone(&proxy.order), Arc::clone(&proxy.seen));
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let order = order.lock().expect("no panic").take();
                connect(client, server, order.as_ref(), &seen);
            }
        });
        proxy
    }

    /// Says what happens to the next connection, or that nothing does.
    pub(super) fn order(&self, order: Option<Order>) {
        *self.order.lock().expect("no panic") = order;
    }

    /// How many messages went there and back so far.
    pub(super) fn seen(&self) -> (u64, u64) {
        (self.seen.there.load(Ordering::SeqCst), self.seen.back.load(Ordering::SeqCst))
    }
}

fn connect(client: TcpStream, server: u16, order: Option<&Order>, seen: &Arc<Seen>) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else { return };
    for socket in [&client, &server] {
        socket.set_nodelay(true).expect("a socket");
    }
    for way in [Way::There, Way::Back] {
        let (from, to) = if way == Way::There { (&client, &server) } else { (&server, &client) };
        let (from, to) = (from.try_clone().expect("a socket"), to.try_clone().expect("a socket"));
        let order = order.filter(|order| order.way == way).cloned();
        let seen = Arc::clone(seen);
        thread::spawn(move || {
            Pump { from, to, framing: Framing::new(way), bytes: 0, order, seen, way }.run()
        });
    }
}

/// One direction of a connection.
struct Pump {
    from: TcpStream,
    to: TcpStream,
    framing: Framing,
    bytes: u64,
    order: Option<Order>,
    seen: Arc<Seen>,
    way: Way,
}

impl Pump {
    fn run(mut self) {
        let mut buffer = vec![0; 16 * 1024];
        while !self.is_due() {
            let length = self.from.read(&mut buffer).unwrap_or(0);
            let through = self.through(&buffer[..length]);
            if length == 0 || self.to.write_all(&buffer[..through]).is_err() {
                break;
            }
        }
        if self.is_due() {
            self.obey();
        }
        let _ = self.from.shutdown(Shutdown::Both);
        let _ = self.to.shutdown(Shutdown::Both);
    }

    /// How many of these bytes come through.
    fn through(&mut self, bytes: &[u8]) -> usize {
        for (place, byte) in bytes.iter().enumerate() {
            self.bytes += 1;
            if self.framing.takes(*byte) {
                let seen = if self.way == Way::There { &self.seen.there } else { &self.seen.back };
                seen.fetch_add(1, Ordering::SeqCst);
            }
            if self.is_due() {
                return place + 1;
            }
        }
        bytes.len()
    }

    fn is_due(&self) -> bool {
        self.order.as_ref().is_some_and(|order| {
            order.after == if order.unit == Unit::Bytes { self.bytes } else { self.framing.messages }
        })
    }

    /// The connection is over after this.
    fn obey(&mut self) {
        match self.order.take().map(|order| order.then) {
            None | Some(Then::Cut) => return,
            Some(Then::Swallow) => {}
            // A test that is over hears nothing.
            Some(Then::Hold(told)) => drop(told.send(())),
        }
        // Whoever waits at the other end gives up at some time.
        let mut buffer = [0; 4096];
        while self.from.read(&mut buffer).is_ok_and(|length| length > 0) {}
    }
}

/// Where messages end: a letter, four bytes of length (which count themselves), the rest. A client's first message
/// has no letter.
#[derive(Debug)]
struct Framing {
    messages: u64,
    /// Bytes of the message that came so far.
    came: u64,
    length: u64,
    letters: u64,
}

impl Framing {
    fn new(way: Way) -> Self {
        Self { messages: 0, came: 0, length: 0, letters: u64::from(way == Way::Back) }
    }

    /// Whether a message ends with this byte.
    fn takes(&mut self, byte: u8) -> bool {
        self.came += 1;
        let head = self.letters + 4;
        if self.came > self.letters && self.came <= head {
            self.length = self.length << 8 | u64::from(byte);
        }
        let is_end = self.came >= head && self.came == self.length + self.letters;
        if is_end {
            self.messages += 1;
            (self.came, self.length, self.letters) = (0, 0, 1);
        }
        is_end
    }
}

#[test]
fn messages_end_where_they_end() {
    let mut framing = Framing::new(Way::There);
    let bytes = [&[0, 0, 0, 6, 9, 9][..], &[b'Q', 0, 0, 0, 4], &[b'X', 0, 0, 0, 5, 1]].concat();
    let ends: Vec<usize> = (1..=bytes.len()).filter(|end| framing.takes(bytes[end - 1])).collect();
    assert_eq!(ends, [6, 11, 17]);
}
