//! Random numbers that are a function of a seed and a row, so that any row can be made alone.

/// SplitMix64: small, quick, and the same everywhere. Not for secrets.
#[derive(Debug, Clone)]
pub struct Random(u64);

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Random {
    /// The numbers of one row of a seed.
    pub fn of_row(seed: u64, row: u64) -> Self {
        Self(scramble(seed) ^ scramble(row.wrapping_mul(STEP)))
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        scramble(self.0)
    }

    /// A number from 0 up to, not including, `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        let product = u128::from(self.number()) * u128::from(limit);
        (product >> 64) as u64
    }

    /// True in `percent` of 100 cases.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// A number up to `limit` of which small ones are far more frequent, as in token counts.
    pub fn mostly_small(&mut self, limit: u64) -> u64 {
        let bound = 1 + self.below(limit);
        let bound = 1 + self.below(bound);
        self.below(bound)
    }

    /// One of `choices`, the first ones more often.
    pub fn choose<T: Copy>(&mut self, choices: &[T]) -> T {
        let last = choices.len() as u64;
        let index = self.below(last).min(self.below(last));
        choices[index as usize]
    }
}

/// Mixes the bits of a number; no two numbers give the same.
pub const fn scramble(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

/// The numbers from 0 up to, not including, `count` in an order that the seed decides.
pub fn shuffled(count: u32, seed: u64) -> Vec<u32> {
    let mut order: Vec<u32> = (0..count).collect();
    let mut random = Random::of_row(seed, u64::MAX);
    for last in (1..order.len()).rev() {
        let other = random.below(last as u64 + 1);
        order.swap(last, other as usize);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_the_same_whenever_it_is_made() {
        let mut row = Random::of_row(1, 7);
        assert_eq!([row.number(), row.number()], [7_632_860_223_882_916_326, 14_845_874_043_785_979_789]);
    }

    #[test]
    fn a_shuffle_loses_nothing() {
        let mut order = shuffled(1000, 3);
        assert_ne!(order[..10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        order.sort_unstable();
        assert!(order.iter().copied().eq(0..1000));
    }
}
