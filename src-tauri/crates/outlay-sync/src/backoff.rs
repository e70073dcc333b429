//! How long to wait before the next try. Waiting itself is the host's.

use std::time::Duration;

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(300);

/// The wait after so many failures in a row: from one second, doubled up to five minutes, of which the second half
/// is chance, so that machines that lost a server together do not come back together. `random` is any number.
pub fn wait(failures: u32, random: u64) -> Duration {
    let doubled = FIRST.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1))).min(LONGEST);
    let half = doubled / 2;
    let span = u64::try_from(half.as_millis()).unwrap_or(u64::MAX);
    half + Duration::from_millis(random % (span + 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_doubles_up_to_five_minutes() {
        let longest: Vec<_> =
            [1, 2, 3, 8, 9, 10, 99].map(|failures| wait(failures, 0).as_millis() * 2).into();
        assert_eq!(longest, [1000, 2000, 4000, 128_000, 256_000, 300_000, 300_000]);
    }

    proptest! {
        #[test]
        fn chance_is_the_second_half(failures: u32, random: u64) {
            let shortest = wait(failures, 0);
            prop_assert!((shortest..=shortest * 2).contains(&wait(failures, random)));
        }
    }
}
