//! Months drawn from recent days: how far apart the month may end by chance alone.

use super::history::History;
use super::open_month::OpenMonth;
use crate::money::Money;

/// Months that are drawn.
const MONTHS: usize = 1_000;

/// The 10th and the 90th percentile of the ends of 1,000 months, whose every open day costs what
/// some like day of the history did.
pub(super) fn tenth_and_ninetieth(month: &OpenMonth, history: &History) -> (Money, Money) {
    let mut generator = SplitMix64::seeded_by(history);
    let mut ends: Vec<Money> = (0..MONTHS)
        .map(|_| month.end(|day| generator.pick(history.like(day)).unwrap_or_default().max(Money::ZERO)))
        .collect();
    ends.sort_unstable();
    (ends[MONTHS / 10 - 1], ends[MONTHS * 9 / 10 - 1])
}

/// SplitMix64: enough chance for a range, and the same everywhere and forever.
pub(super) struct SplitMix64(pub(super) u64);

impl SplitMix64 {
    /// Seeded by complete days only, so that the range does not jump while today goes on.
    fn seeded_by(history: &History) -> Self {
        history.days().iter().fold(Self(0), |mut generator, (day, spend)| {
            generator.0 ^= u64::from(day.number().unsigned_abs());
            generator.0 = generator.next() ^ spend.nanos().cast_unsigned();
            Self(generator.next())
        })
    }

    fn pick(&mut self, amounts: &[Money]) -> Option<Money> {
        amounts.get(self.below(amounts.len())).copied()
    }

    /// A number below `end`, each as likely as any other for all ends that occur here.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let scaled = (u128::from(self.next()) * end as u128) >> 64;
        scaled as usize
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}
