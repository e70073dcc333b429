//! Every line of the plan's table: what the two statuses are, and what follows.

use super::*;
use crate::look::Look;

const NOW: Instant = Instant::from_micros(20_000 * MICROS_PER_DAY);
const FRESH: Uuid = Uuid::from_u128(99);
const LEDGER: Uuid = Uuid::from_u128(1);

fn member(reads: Scope) -> Option<Member> {
    Some(Member { user: "mara".into(), reads })
}

/// A machine that synced a minute ago, at counter 7.
fn known() -> State {
    State {
        ledger: Some(LEDGER),
        acknowledged: 7,
        sent: 7,
        reconcile: Reconcile::Done,
        member: member(Scope::Mine),
        others: Some(40),
        compared_at: Some(Instant::from_micros(NOW.micros() - 60_000_000)),
        ..State::new(Uuid::from_u128(2))
    }
}

fn server() -> Handshake {
    Handshake {
        ledger: LEDGER,
        oldest_reader: 2,
        oldest_writer: 2,
        member: member(Scope::Mine),
        can_write: true,
        is_read_only: false,
        counters: Some(Counters { mine: 7, others: 40 }),
        now: NOW,
    }
}

fn request() -> Request {
    Request {
        now: NOW,
        fresh_device: FRESH,
        schema: 2,
        purpose: Purpose::Sync,
        direction: Direction::Both,
        page: 5_000,
    }
}

#[track_caller]
fn stops(known: State, server: Handshake, expected: Stop) {
    assert_eq!(plan(&known, &server, &request()), Err(expected));
}

#[test]
fn there_is_no_sync_with_what_is_not_ours() {
    let found = Uuid::from_u128(5);
    stops(known(), Handshake { ledger: found, ..server() }, Stop::AnotherLedger { known: LEDGER, found });
    stops(known(), Handshake { oldest_reader: 3, ..server() }, Stop::TooOld { needed: 3, known: 2 });
    stops(known(), Handshake { member: None, ..server() }, Stop::NotAMember);
    let other = Some(Member { user: "theo".into(), reads: Scope::Mine });
    stops(known(), Handshake { member: other, ..server() }, Stop::AnotherMember);
}

/// What a plan decides: the device, what is reconciled, whether it pushes, how much it looks at, what it tells.
type Decided = (Uuid, Reconcile, Pushing, bool, Vec<Notice>);

#[track_caller]
fn check(known: State, server: Handshake, request: Request, expected: Decided) {
    let made = plan(&known, &server, &request).expect("nothing stands against a sync");
    let state = &made.state;
    let decided = (state.device, state.reconcile, made.pushing, made.look == Look::All, made.notices);
    assert_eq!(decided, expected);
}

const SAME: Uuid = Uuid::from_u128(2);
use Pushing::{Allowed, MemberMayNot, ProgramIsTooOld, ServerIsReadOnly};
use Reconcile::{Compare, Done, PushAgain};

#[test]
fn counters_tell_what_happened() {
    check(known(), server(), request(), (SAME, Done, Allowed, false, vec![]));
    let counter = |mine| Handshake { counters: Some(Counters { mine, others: 40 }), ..server() };
    // The answer to the last statement was lost; it was done, or it was not.
    let unanswered = || State { sent: 8, ..known() };
    check(unanswered(), counter(7), request(), (SAME, Done, Allowed, false, vec![]));
    check(unanswered(), counter(8), request(), (SAME, Done, Allowed, false, vec![]));
    check(known(), counter(6), request(), (SAME, PushAgain, Allowed, true, vec![Notice::ServerWasSetBack]));
    check(known(), counter(8), request(), (FRESH, Compare, Allowed, true, vec![Notice::LedgerWasCopied]));
    // What was to be pushed again still is, also when the ledger was copied meanwhile.
    let restoring = || State { reconcile: PushAgain, ..known() };
    check(
        restoring(),
        counter(8),
        request(),
        (FRESH, PushAgain, Allowed, true, vec![Notice::LedgerWasCopied]),
    );
    check(restoring(), server(), request(), (SAME, PushAgain, Allowed, true, vec![]));
    // A rewind keeps the counter, so that its numbers are never used twice.
    let made = plan(&known(), &counter(3), &request()).expect("a rewind is no reason to stop");
    assert_eq!((made.state.acknowledged, made.state.sent), (7, 7));
    // Without counters nothing is concluded.
    let none = Handshake { counters: None, ..server() };
    check(State { others: None, ..known() }, none, request(), (SAME, Done, Allowed, false, vec![]));
}

#[test]
fn a_server_that_cannot_be_written_to_is_read() {
    let read_only = Handshake { is_read_only: true, ..server() };
    check(known(), read_only.clone(), request(), (SAME, Done, ServerIsReadOnly, false, vec![]));
    // A standby that lags behind is no server that was set back.
    let behind = Handshake { counters: Some(Counters { mine: 5, others: 40 }), ..read_only };
    check(known(), behind, request(), (SAME, Done, ServerIsReadOnly, false, vec![]));
    check(
        known(),
        Handshake { can_write: false, ..server() },
        request(),
        (SAME, Done, MemberMayNot, false, vec![]),
    );
    check(
        known(),
        Handshake { oldest_writer: 3, ..server() },
        request(),
        (SAME, Done, ProgramIsTooOld, false, vec![]),
    );
}

#[test]
fn everything_is_compared_when_it_is_due() {
    let all = |known, server, request| check(known, server, request, (SAME, Done, Allowed, true, vec![]));
    all(known(), server(), Request { purpose: Purpose::Verify, ..request() });
    all(State { is_alarmed: true, ..known() }, server(), request());
    all(State { compared_at: None, ..known() }, server(), request());
    let ago = |hours: i64| Some(Instant::from_micros(NOW.micros() - hours * MICROS_PER_DAY / 24));
    all(State { compared_at: ago(1), ..known() }, server(), request());
    all(State { compared_at: ago(-2), ..known() }, server(), request());
    let moved = Handshake { counters: Some(Counters { mine: 7, others: 41 }), ..server() };
    all(known(), moved, request());
    let made = plan(&known(), &server(), &request()).expect("nothing stands against a sync");
    assert_eq!(made.look, Look::Since(20_000 - 6), "today and the six days before it");
}

#[test]
fn another_scope_and_a_wrong_clock_are_told() {
    let team = Handshake { member: member(Scope::Team), ..server() };
    check(known(), team.clone(), request(), (SAME, Compare, Allowed, true, vec![Notice::ScopeChanged]));
    let narrowed = State { member: member(Scope::Team), ..known() };
    check(narrowed, server(), request(), (SAME, PushAgain, Allowed, true, vec![Notice::ScopeChanged]));
    let fast = Request { now: Instant::from_micros(NOW.micros() + 180_000_000), ..request() };
    check(known(), server(), fast, (SAME, Done, Allowed, false, vec![Notice::ClockIsOff(180_000_000)]));
    let nearly = Request { now: Instant::from_micros(NOW.micros() - 119_000_000), ..request() };
    check(known(), server(), nearly, (SAME, Done, Allowed, false, vec![]));
}
