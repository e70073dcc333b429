//! What a server says of itself, and the device counter.

use outlay_sync::{Cause, Counters, Failing, Member, Remote, Scope};
use uuid::Uuid;

use super::{Crew, DEVICE, bump};

#[test]
fn a_server_says_who_somebody_is() {
    let crew = Crew::new("greeting");
    let mut ada = crew.member("ada", false);
    let mut lead = crew.member("lead", true);
    let greeting = ada.handshake(DEVICE).expect("a greeting");
    assert_eq!(greeting.ledger.to_string(), crew.text("SELECT ledger_id::text FROM outlay.meta"));
    assert_eq!((greeting.oldest_reader, greeting.oldest_writer), (3, 3));
    assert_eq!(greeting.member, Some(Member { user: "ada".into(), reads: Scope::Mine }));
    assert_eq!((greeting.can_write, greeting.is_read_only), (true, false));
    assert_eq!(greeting.counters, Some(Counters { mine: 0, others: 0 }));
    let clock: i64 =
        crew.text("SELECT (extract(epoch FROM now()) * 1000000)::bigint::text").parse().expect("a time");
    assert!((greeting.now.micros() - clock).abs() < 60_000_000, "it is the server's clock");
    assert_eq!(
        lead.handshake(DEVICE).expect("a greeting").member.map(|member| member.reads),
        Some(Scope::Team)
    );

    crew.run("UPDATE outlay.members SET can_write = false WHERE user_id = 'ada'");
    assert!(!ada.handshake(DEVICE).expect("a greeting").can_write);
    crew.run("DELETE FROM outlay.members WHERE user_id = 'ada'");
    assert_eq!(ada.handshake(DEVICE).expect("a greeting").member, None);
}

#[test]
fn a_server_that_takes_nothing_says_so() {
    let crew = Crew::new("greeting_read_only");
    let login = crew.team.login("ada");
    drop(crew.member("ada", false));
    crew.run(&format!("ALTER ROLE {login} SET default_transaction_read_only = on"));
    let mut ada = crew.member("ada", false);
    assert!(ada.handshake(DEVICE).expect("a greeting").is_read_only);
    assert_eq!(ada.bump(bump(1, 0)).expect_err("no change").cause(), Cause::ReadOnly);
}

#[test]
fn a_counter_is_raised_only_where_nothing_was_lost() {
    let crew = Crew::new("counters");
    let mut ada = crew.member("ada", false);
    let mut raise = |counter, at_least| {
        let found = ada.bump(bump(counter, at_least)).expect("a machine of one's own").found;
        (found, ada.handshake(DEVICE).expect("a greeting").counters.map(|counters| counters.mine))
    };
    assert_eq!(raise(1, 0), (Some(0), Some(1)), "a device that is not known holds 0");
    assert_eq!(raise(2, 1), (Some(1), Some(2)));
    assert_eq!(raise(2, 1), (Some(2), Some(2)), "the same once more, after a cut");
    assert_eq!(raise(1, 0), (Some(2), Some(2)), "one that commits late lowers nothing");
    assert_eq!(raise(9, 5), (Some(2), Some(2)), "a server that was set back goes on saying so");
    crew.run("DELETE FROM outlay.devices");
    assert_eq!(raise(9, 5), (Some(0), Some(0)), "also if it does not know the device any longer");
}

#[test]
fn others_are_one_number() {
    let crew = Crew::new("counters_of_others");
    let mut ada = crew.member("ada", false);
    let mut bob = crew.member("bob", false);
    ada.bump(bump(3, 0)).expect("a machine");
    let phone = outlay_sync::Bump { device: Uuid::from_u128(2), counter: 4, at_least: 0 };
    bob.bump(phone).expect("a machine");
    assert_eq!(ada.handshake(DEVICE).expect("a greeting").counters, Some(Counters { mine: 3, others: 4 }));
    assert_eq!(
        bob.handshake(phone.device).expect("a greeting").counters,
        Some(Counters { mine: 4, others: 3 })
    );
    assert_eq!(
        bob.handshake(DEVICE).expect("a greeting").counters,
        Some(Counters { mine: 0, others: 4 }),
        "another's machine is not shown"
    );
    assert_eq!(bob.bump(bump(5, 0)).expect_err("another's machine").cause(), Cause::NotAllowed);
}
