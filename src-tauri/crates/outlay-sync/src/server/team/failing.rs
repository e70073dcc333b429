//! What the engine makes of a failure of the server. What a person is told of it stands with the failure.

use crate::remote::{Cause, Failing};
use crate::server::failure::Failure;

impl Failing for Failure {
    fn cause(&self) -> Cause {
        match self {
            Self::RowRefused(_) => Cause::RowRefused,
            Self::NotAllowed(_) => Cause::NotAllowed,
            Self::ReadOnly(_) => Cause::ReadOnly,
            Self::TookTooLong(_) => Cause::TookTooLong,
            Self::InTheWay(_) => Cause::InTheWay,
            Self::TimedOut { .. } | Self::BrokenOff { .. } | Self::Restarting(_) => Cause::Cut,
            _ => Cause::Other,
        }
    }

    fn code(&self) -> String {
        match self {
            Self::RowRefused(words) | Self::NotAllowed(words) => format!("{}: {}", words.code, words.message),
            failure => failure.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::server::failure::{ServerWords, Stage};

    #[test]
    fn every_failure_has_its_cause() {
        let words = || ServerWords { code: "XX000".into(), message: "words".into() };
        let late = Failure::TimedOut { after: Duration::from_secs(1), stage: Stage::Database };
        for (failure, cause) in [
            (Failure::RowRefused(words()), Cause::RowRefused),
            (Failure::NotAllowed(words()), Cause::NotAllowed),
            (Failure::ReadOnly(words()), Cause::ReadOnly),
            (Failure::TookTooLong(words()), Cause::TookTooLong),
            (Failure::InTheWay(words()), Cause::InTheWay),
            (Failure::Restarting(words()), Cause::Cut),
            (Failure::BrokenOff { reason: String::new() }, Cause::Cut),
            (late, Cause::Cut),
            (Failure::NoRoom(words()), Cause::Other),
            (Failure::OtherSchema(words()), Cause::Other),
            (Failure::Server(words()), Cause::Other),
        ] {
            assert_eq!(failure.cause(), cause, "{failure:?}");
        }
        assert_eq!(Failing::code(&Failure::RowRefused(words())), "XX000: words");
    }
}
