//! The one-time code of the link: whoever brings it first gets the token.
//!
//! A link is printed on a terminal, where it may be read later by somebody else; so it opens one session,
//! within a while, and a few wrong tries end it.

use std::time::{Duration, Instant};

use crate::guard::same;
use crate::refusal::Refusal;

/// How long a link can be opened.
pub(crate) const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// Wrong tries that end a link.
const TRIES: u8 = 10;

/// A code that is good once.
#[derive(Debug)]
pub(crate) struct OnceCode {
    code: String,
    made: Instant,
    spent: bool,
    wrong: u8,
}

impl OnceCode {
    /// A code that was made at `made`.
    pub(crate) const fn new(code: String, made: Instant) -> Self {
        Self { code, made, spent: false, wrong: 0 }
    }

    /// The code, for the link.
    pub(crate) fn as_str(&self) -> &str {
        &self.code
    }

    /// Takes a code at `now`.
    ///
    /// # Errors
    /// It is not the code, or the code is no longer good.
    pub(crate) fn redeem(&mut self, given: &str, now: Instant) -> Result<(), Refusal> {
        if self.wrong >= TRIES {
            return Err(Refusal::TooManyCodes);
        }
        if !same(given, &self.code) {
            self.wrong += 1;
            return Err(Refusal::WrongCode);
        }
        if self.spent {
            return Err(Refusal::SpentCode);
        }
        if now.duration_since(self.made) > LIFETIME {
            return Err(Refusal::ExpiredCode);
        }
        self.spent = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a row of tries comes to: seconds after the start, and the code.
    #[track_caller]
    fn check(tries: &[(u64, &str)], expected: &[&str]) {
        let start = Instant::now();
        let mut code = OnceCode::new("c0de".to_owned(), start);
        let mut told = Vec::new();
        for (after, given) in tries {
            told.push(match code.redeem(given, start + Duration::from_secs(*after)) {
                Ok(()) => "opened".to_owned(),
                Err(refusal) => format!("{refusal:?}"),
            });
        }
        assert_eq!(told, expected, "{tries:?}");
    }

    #[test]
    fn a_code_is_good_once_for_a_while() {
        check(&[(0, "c0de"), (1, "c0de")], &["opened", "SpentCode"]);
        check(&[(899, "c0de")], &["opened"]);
        check(&[(901, "c0de")], &["ExpiredCode"]);
        check(
            &[(0, ""), (0, "C0DE"), (0, "c0de0"), (0, "c0de")],
            &["WrongCode", "WrongCode", "WrongCode", "opened"],
        );
    }

    #[test]
    fn ten_wrong_tries_end_it() {
        let mut tries = vec![(0, "wrong"); 10];
        tries.extend([(0, "c0de"), (0, "wrong")]);
        let mut expected = vec!["WrongCode"; 10];
        expected.extend(["TooManyCodes", "TooManyCodes"]);
        check(&tries, &expected);
    }
}
