//! Sync in words: where it stands, what happened, why nothing was pushed.

use outlay_core::figures::counted;
use outlay_core::instant::Instant;
use outlay_core::report::Count;
use outlay_sync::{Notice, Pushing};

use super::status::Team;

/// Where sync stands, in one line.
pub(super) fn standing(team: &Team, now: Instant) -> String {
    let waiting = match team.waiting {
        Count(0) => "nothing waits".to_owned(),
        Count(rows) => counted(rows, "row waits", "rows wait"),
    };
    if let Some(failure) = &team.failure {
        let offline = if failure.needs_person { "Sync has stopped" } else { "Working offline" };
        return format!("{offline}: {waiting}");
    }
    match (team.synced_at, team.verified_at) {
        (None, _) => format!("Not synced yet: {waiting}"),
        (Some(_), Some(verified)) => format!("Verified identical {}: {waiting}", ago(verified, now)),
        (Some(synced), None) => format!("Synced {}: {waiting}", ago(synced, now)),
    }
}

/// How long ago something was, roughly.
fn ago(at: Instant, now: Instant) -> String {
    let seconds = (now.micros() - at.micros()).max(0) / 1_000_000;
    let said = |number: i64, unit: &str| format!("{number} {unit}{} ago", if number == 1 { "" } else { "s" });
    match seconds {
        ..60 => "just now".to_owned(),
        60..3_600 => said(seconds / 60, "minute"),
        3_600..86_400 => said(seconds / 3_600, "hour"),
        _ => said(seconds / 86_400, "day"),
    }
}

/// What happened since the last sync.
pub(super) fn notice(notice: Notice) -> String {
    match notice {
        Notice::ServerWasSetBack => {
            "the server was set back to an earlier state; what it lacks of this machine's rows is pushed again".to_owned()
        }
        Notice::LedgerWasCopied => {
            "this ledger is a copy of another one, or was restored; it is a machine of its own from now on".to_owned()
        }
        Notice::ScopeChanged => "the login may read other rows than before; all are compared".to_owned(),
        Notice::ClockIsOff(micros) => {
            format!(
                "this machine's clock is {} the server's; calls are kept with the times that were given",
                apart(micros / 1_000_000)
            )
        }
    }
}

/// What a person is told of a clock that is off by more than two minutes.
pub(super) fn clock(ahead: Option<i64>) -> Option<String> {
    const TOLERATED: i64 = 120;
    let seconds = ahead.map(|micros| micros / 1_000_000).filter(|seconds| seconds.abs() > TOLERATED)?;
    Some(format!(
        "At the last sync this machine's clock was {} the server's. Calls keep the times that were given, so a day or a \
         month may get what belongs to the one beside it: set the clock.",
        apart(seconds)
    ))
}

fn apart(seconds: i64) -> String {
    format!("{} {}", length(seconds.abs()), if seconds > 0 { "ahead of" } else { "behind" })
}

/// What a push alone leaves to a sync both ways, which compares.
pub(super) const LEFT_TO_COMPARE: &str = "the server lacks what it held before, and rows that speak of it wait; only a sync both ways compares, finds \
     it and pushes it again";

fn length(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} seconds"),
        120..7_200 => format!("{} minutes", seconds / 60),
        7_200..172_800 => format!("{} hours", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// Why nothing was pushed, where that is worth a word.
pub(super) const fn not_pushed(pushing: Pushing) -> Option<&'static str> {
    match pushing {
        Pushing::Allowed | Pushing::NotAsked => None,
        Pushing::ServerIsReadOnly => {
            Some("the server takes nothing at present; what waits is pushed once it does")
        }
        Pushing::MemberMayNot => Some("the login may only read; what is recorded here stays here"),
        Pushing::ProgramIsTooOld => {
            Some("this Outlay is too old to write there; update it, and what waits is pushed")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(seconds: i64, expected: &str) {
        let at = |seconds: i64| Instant::from_micros(seconds * 1_000_000);
        assert_eq!(ago(at(1_000_000), at(1_000_000 + seconds)), expected);
    }

    #[test]
    fn times_are_said_roughly() {
        check(-5, "just now");
        check(59, "just now");
        check(60, "1 minute ago");
        check(3_599, "59 minutes ago");
        check(7_200, "2 hours ago");
        check(200_000, "2 days ago");
    }

    #[test]
    fn a_wrong_clock_is_said_with_its_way() {
        insta::assert_snapshot!(notice(Notice::ClockIsOff(3_600_000_000)), @"this machine's clock is 60 minutes ahead of the server's; calls are kept with the times that were given");
        assert_eq!(clock(Some(119_000_000)), None, "nobody is told of two minutes");
        insta::assert_snapshot!(clock(Some(-300_000_000)).unwrap_or_default(), @"At the last sync this machine's clock was 5 minutes behind the server's. Calls keep the times that were given, so a day or a month may get what belongs to the one beside it: set the clock.");
        insta::assert_snapshot!(notice(Notice::ClockIsOff(-200_000_000_000)), @"this machine's clock is 2 days behind the server's; calls are kept with the times that were given");
    }
}
