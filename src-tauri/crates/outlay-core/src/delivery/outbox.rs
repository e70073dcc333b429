//! The outbox: what goes out next and together, and when what did not go out is tried again.

use super::DIGEST_ABOVE;
use crate::instant::Instant;

const MINUTE: i64 = 60_000_000;

/// How long whoever claimed a delivery has for it, in microseconds; longer than a slow server takes.
pub const LEASE: i64 = 5 * MINUTE;

/// What is between two tries, from the first on; then an hour.
const PAUSES: [i64; 3] = [MINUTE, 5 * MINUTE, 15 * MINUTE];
const LONGEST_PAUSE: i64 = 60 * MINUTE;

/// After that, a delivery is given up, if it was tried as often as a day of trying does it: a machine that was off
/// has asked nobody.
const PATIENCE: i64 = 24 * 60 * MINUTE;
const TRIES_OF_A_DAY: u32 = 28;

/// A delivery that is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The alert that it is about.
    pub alert_id: String,
    /// Whether it waits for other settings.
    pub held: bool,
    /// Since when it waits.
    pub queued_at: Instant,
    /// When it is tried next.
    pub due_at: Instant,
    /// How often it was tried.
    pub attempts: u32,
    /// The message with which it may have gone out already.
    pub message: Option<String>,
    /// Until when somebody is sending it.
    pub claimed_until: Option<Instant>,
}

/// What goes out as one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// The alerts, the oldest first.
    pub alerts: Vec<String>,
    /// The message with which they may have gone out already.
    pub message: Option<String>,
}

/// What may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// What is due.
    Due,
    /// All that waits, also for other settings: somebody asked for it.
    Now,
}

/// What goes out next, leaving out what was `tried` in this round; `None` when nothing does.
///
/// While one waits for other settings, nothing else is tried with these unless somebody asks for it. What may have
/// gone out already goes out as it was, so that a mail program sees one message twice.
pub fn parcel(waiting: &[Waiting], now: Instant, when: When, tried: &[String]) -> Option<Parcel> {
    if when == When::Due && waiting.iter().any(|one| one.held) {
        return None;
    }
    let goes =
        |one: &&Waiting| !is_claimed(one, now) && is_due(one, now, when) && !tried.contains(&one.alert_id);
    let going: Vec<&Waiting> = waiting.iter().filter(goes).collect();
    let ids = |of: &[&Waiting]| of.iter().map(|one| one.alert_id.clone()).collect();
    if let Some(message) = going.iter().find_map(|one| one.message.as_ref()) {
        let same: Vec<&Waiting> =
            going.iter().copied().filter(|one| one.message.as_ref() == Some(message)).collect();
        return Some(Parcel { alerts: ids(&same), message: Some(message.clone()) });
    }
    let together = if going.len() > DIGEST_ABOVE { &going[..] } else { going.get(..1)? };
    Some(Parcel { alerts: ids(together), message: None })
}

/// When the next delivery is due or free to be claimed; `None` while none waits.
pub fn wakes_at(waiting: &[Waiting], now: Instant) -> Option<Instant> {
    let wakes = |one: &Waiting| if is_claimed(one, now) { one.claimed_until } else { Some(one.due_at) };
    if waiting.iter().any(|one| one.held) {
        return None;
    }
    waiting.iter().filter_map(wakes).min()
}

/// When a delivery is tried again that was tried `attempts` times; `None` when it is given up.
pub fn next_try(attempts: u32, queued_at: Instant, now: Instant) -> Option<Instant> {
    let nth = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    let pause = PAUSES.get(nth).copied().unwrap_or(LONGEST_PAUSE);
    let is_young = now.micros() - queued_at.micros() < PATIENCE;
    (is_young || attempts < TRIES_OF_A_DAY).then(|| Instant::from_micros(now.micros() + pause))
}

/// A clock that was set back neither keeps a claim for longer than it was made for, nor a pause.
fn is_claimed(one: &Waiting, now: Instant) -> bool {
    let left = one.claimed_until.map(|until| until.micros() - now.micros());
    left.is_some_and(|left| left > 0 && left <= LEASE)
}

fn is_due(one: &Waiting, now: Instant, when: When) -> bool {
    let left = one.due_at.micros() - now.micros();
    when == When::Now || left <= 0 || left > LONGEST_PAUSE
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_000 * MINUTE;

    fn minute(number: i64) -> Instant {
        Instant::from_micros(START + number * MINUTE)
    }

    fn waiting(id: &str) -> Waiting {
        Waiting {
            alert_id: id.to_owned(),
            held: false,
            queued_at: minute(0),
            due_at: minute(0),
            attempts: 0,
            message: None,
            claimed_until: None,
        }
    }

    #[track_caller]
    fn check(waiting: &[Waiting], when: When, tried: &[&str], expected: Option<(&[&str], Option<&str>)>) {
        let tried: Vec<String> = tried.iter().map(ToString::to_string).collect();
        let parcel = parcel(waiting, minute(0), when, &tried);
        let found = parcel.as_ref().map(|parcel| {
            let alerts: Vec<&str> = parcel.alerts.iter().map(String::as_str).collect();
            (alerts, parcel.message.as_deref())
        });
        assert_eq!(found, expected.map(|(alerts, message)| (alerts.to_vec(), message)));
    }

    #[test]
    fn three_go_out_alone_and_four_together() {
        let [a, b, c, d] = ["a", "b", "c", "d"].map(waiting);
        check(&[], When::Due, &[], None);
        check(&[a.clone(), b.clone(), c.clone()], When::Due, &[], Some((&["a"], None)));
        check(&[a.clone(), b.clone(), c.clone()], When::Due, &["a"], Some((&["b"], None)));
        check(&[a, b, c, d], When::Due, &[], Some((&["a", "b", "c", "d"], None)));
    }

    #[test]
    fn what_may_have_gone_out_goes_as_it_was() {
        let with = |id: &str| Waiting { message: Some("m".to_owned()), ..waiting(id) };
        check(
            &[waiting("a"), with("b"), with("c"), waiting("d")],
            When::Due,
            &[],
            Some((&["b", "c"], Some("m"))),
        );
    }

    #[test]
    fn what_is_claimed_or_not_due_waits() {
        let claimed = |until| Waiting { claimed_until: Some(minute(until)), ..waiting("a") };
        check(&[claimed(5)], When::Now, &[], None);
        check(&[claimed(0)], When::Due, &[], Some((&["a"], None)));
        // The clock was set back: nobody claims for so long.
        check(&[claimed(6)], When::Due, &[], Some((&["a"], None)));
        let due = |at| Waiting { due_at: minute(at), ..waiting("a") };
        check(&[due(60)], When::Due, &[], None);
        check(&[due(61)], When::Due, &[], Some((&["a"], None)));
        check(&[due(60)], When::Now, &[], Some((&["a"], None)));
        let held = Waiting { held: true, ..waiting("a") };
        check(std::slice::from_ref(&held), When::Due, &[], None);
        check(&[held.clone(), waiting("b")], When::Due, &[], None);
        check(&[held], When::Now, &[], Some((&["a"], None)));
    }

    #[test]
    fn pauses_grow_to_an_hour_and_end_after_a_day() {
        let mut now = minute(0);
        let mut pauses = Vec::new();
        let mut attempts = 1;
        while let Some(next) = next_try(attempts, minute(0), now) {
            pauses.push((next.micros() - now.micros()) / MINUTE);
            (now, attempts) = (next, attempts + 1);
        }
        assert_eq!(pauses[..5], [1, 5, 15, 60, 60]);
        assert_eq!(pauses.len(), 27, "the last try comes a little more than a day after the first");
    }

    #[test]
    fn what_nobody_tried_for_a_weekend_has_its_tries_before_it() {
        let monday = minute(3 * 24 * 60);
        let pause =
            |attempts| next_try(attempts, minute(0), monday).map(|next| next.micros() - monday.micros());
        assert_eq!(pause(1), Some(MINUTE), "the machine was off, not the server");
        assert_eq!(pause(27), Some(60 * MINUTE));
        assert_eq!(pause(28), None);
    }
}
