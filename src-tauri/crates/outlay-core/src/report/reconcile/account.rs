//! One account of a provider: its days, what each comes to by name, its months.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{Evidence, minus};
use super::files::Files;
use super::names::billed_name;
use super::rows::{BillSide, RowSum};
use super::verdict::{Circumstances, Verdict, judge};
use super::{BothSides, ComparedDay, ComparedMonth, ComparedName, Counts, ReconciledAccount};
use crate::money::Money;
use crate::period::{Day, Month};
use crate::report::{Count, Ratio};

/// The rows of an account, those of one name under the billed one.
pub(super) struct Account<'a> {
    pub(super) provider: &'a str,
    pub(super) account: &'a str,
    pub(super) rows: Vec<Sided<'a>>,
    pub(super) files: Files<'a>,
}

/// Rows with the side and the model that they stand for.
pub(super) struct Sided<'a> {
    pub(super) side: Option<BillSide>,
    pub(super) sum: &'a RowSum,
    model: &'a str,
}

/// What a day knows.
#[derive(Default)]
struct OfDay<'a> {
    all: Evidence,
    models: BTreeMap<&'a str, Evidence>,
}

impl<'a> Account<'a> {
    pub(super) fn new(
        provider: &'a str,
        account: &'a str,
        sums: &[&'a RowSum],
        billed: &'a [String],
        files: Files<'a>,
    ) -> Self {
        let sided = |&sum: &&'a RowSum| {
            let side = sum.side();
            let model = match side {
                Some(BillSide::Usage) => billed_name(provider, &sum.model, billed),
                _ if sum.model.is_empty() => sum.fee().unwrap_or_default(),
                _ => &sum.model,
            };
            Sided { side, sum, model }
        };
        Self { provider, account, rows: sums.iter().map(sided).collect(), files }
    }

    /// The days of a range, both included, and twelve months to its end.
    pub(super) fn reconcile(&self, from: Day, to: Day) -> ReconciledAccount {
        let days = self.days();
        let within: BTreeMap<Day, &OfDay<'_>> = days.range(from..=to).map(|(day, of)| (*day, of)).collect();
        let both = || within.values().filter(|of| of.all.lacking().is_none());
        let whole = |all: &mut dyn Iterator<Item = &&OfDay<'_>>| {
            let mut sum = Evidence::default();
            all.for_each(|of| sum.extend(&of.all));
            sum
        };
        let total = whole(&mut within.values());
        let common = whole(&mut both());
        let missing = self.files.missing_runs(within.iter().map(|(day, of)| (*day, &of.all)));
        let on_both: BTreeSet<Day> =
            within.iter().filter(|(_, of)| of.all.lacking().is_none()).map(|(day, _)| *day).collect();
        let lines = self.lines(&within, &missing);
        let of_common = Circumstances { days: Some((from, to)), ..Circumstances::default() };
        let other = self.counted_beside(from, to);
        ReconciledAccount {
            provider: self.provider.to_owned(),
            account: self.account.to_owned(),
            billed_sources: self.sources(BillSide::Billed, from, to),
            usage_sources: self.sources(BillSide::Usage, from, to),
            counted: total.counted.saturating_add(other),
            counted_at_least: total.counted_without_price,
            counted_beside: other,
            counts: Counts::of(&total),
            total: by_parts(compared(&total, &self.of_range(&within, &missing)), verdicts(&lines)),
            both: by_parts(compared(&common, &of_common), verdicts(&lines)),
            both_counts: Counts::of(&common),
            days_with_both: Count(i64::try_from(on_both.len()).unwrap_or(i64::MAX)),
            days: lines,
            by_model: self.by(&on_both, |row| row.model),
            by_key: self.by(&on_both, |row| row.sum.key()),
            by_project: self.by(&on_both, |row| &row.sum.project),
            months: self.months(&days, to),
        }
    }

    fn days(&self) -> BTreeMap<Day, OfDay<'_>> {
        let mut prices: BTreeMap<&str, BTreeSet<Day>> = BTreeMap::new();
        for row in &self.rows {
            prices.entry(row.model).or_default().extend(row.sum.price_since());
        }
        let mut days: BTreeMap<Day, OfDay<'_>> = BTreeMap::new();
        for row in &self.rows {
            let Some(side) = row.side else { continue };
            let day = days.entry(row.sum.day).or_default();
            day.all.add(side, row.sum);
            day.models.entry(row.model).or_default().add(side, row.sum);
        }
        for of in days.values_mut() {
            for (model, evidence) in &mut of.models {
                // A price that changed on a day after is only known from the rows of that day.
                let known = prices.get(model).into_iter().flatten();
                evidence.price_days.extend(known.clone());
                of.all.price_days.extend(known);
            }
        }
        days
    }

    fn lines(&self, days: &BTreeMap<Day, &OfDay<'_>>, missing: &[(Day, Day, Verdict)]) -> Vec<ComparedDay> {
        days.iter().map(|(day, of)| self.day(*day, of, missing)).collect()
    }

    fn day(&self, day: Day, of: &OfDay<'_>, missing: &[(Day, Day, Verdict)]) -> ComparedDay {
        let run = missing.iter().find(|(first, last, _)| (*first..=*last).contains(&day));
        let circumstances = Circumstances {
            days: Some((day, day)),
            open: self.files.open(day, &of.all),
            missing: run.map(|(_, _, verdict)| verdict.clone()),
        };
        let of_name = Circumstances { missing: None, ..circumstances.clone() };
        // Names of one side say nothing where the other has no rows at all.
        let models = of.models.iter().filter(|_| of.all.lacking().is_none());
        let models: Vec<_> = models.map(|(name, evidence)| named(name, evidence, &of_name)).collect();
        let compared = compared(&of.all, &circumstances);
        let compared = by_parts(compared, models.iter().map(|model| &model.compared.verdict));
        ComparedDay { day, counts: Counts::of(&of.all), compared, models }
    }

    /// What is known of a range as a whole: its open days and the first run of days that a side lacks.
    fn of_range(&self, days: &BTreeMap<Day, &OfDay<'_>>, missing: &[(Day, Day, Verdict)]) -> Circumstances {
        let open: Vec<Verdict> = days.iter().filter_map(|(day, of)| self.files.open(*day, &of.all)).collect();
        let first = days.keys().next().copied();
        Circumstances {
            days: first.zip(days.keys().next_back().copied()),
            open: Verdict::joined(open),
            missing: missing.first().map(|(_, _, verdict)| verdict.clone()),
        }
    }

    /// By a name that both sides have, over the days on which both have rows; nothing where a side names none.
    fn by<'s>(&'s self, days: &BTreeSet<Day>, name: impl Fn(&'s Sided<'a>) -> &'s str) -> Vec<ComparedName> {
        let mut named_by: BTreeMap<&str, Evidence> = BTreeMap::new();
        let mut names_of = [false, false];
        for row in self.rows.iter().filter(|row| days.contains(&row.sum.day)) {
            let Some(side) = row.side else { continue };
            let name = name(row);
            names_of[usize::from(side == BillSide::Usage)] |= !name.is_empty();
            named_by.entry(name).or_default().add(side, row.sum);
        }
        if names_of != [true, true] {
            return Vec::new();
        }
        let range = days.first().copied().zip(days.last().copied());
        let circumstances = Circumstances { days: range, ..Circumstances::default() };
        let mut names: Vec<_> = named_by
            .iter()
            .map(|(name, evidence)| (evidence, named(name, evidence, &circumstances)))
            .collect();
        let size = |evidence: &Evidence| evidence.billed.cost.abs().max(evidence.usage.cost.abs());
        names.sort_by_key(|(evidence, _)| Reverse(size(evidence)));
        names.into_iter().map(|(_, name)| name).collect()
    }

    fn months(&self, days: &BTreeMap<Day, OfDay<'_>>, to: Day) -> Vec<ComparedMonth> {
        let mut month = Month::containing(to);
        let mut months = Vec::new();
        for _ in 0..super::MONTHS {
            let within: BTreeMap<Day, &OfDay<'_>> =
                days.range(month.first_day()..=month.last_day()).map(|(day, of)| (*day, of)).collect();
            let mut all = Evidence::default();
            within.values().for_each(|of| all.extend(&of.all));
            let missing = self.files.missing_runs(within.iter().map(|(day, of)| (*day, &of.all)));
            if !within.is_empty() {
                let lines = self.lines(&within, &missing);
                let compared = compared(&all, &self.of_range(&within, &missing));
                let compared = by_parts(compared, verdicts(&lines));
                months.push(ComparedMonth { month, counts: Counts::of(&all), compared });
            }
            month = month.previous();
        }
        months
    }

    /// Money that counts and that nothing is held against.
    fn counted_beside(&self, from: Day, to: Day) -> Money {
        let beside = self.rows.iter().filter(|row| row.side.is_none() && row.sum.counts);
        beside
            .filter(|row| (from..=to).contains(&row.sum.day))
            .fold(Money::ZERO, |sum, row| sum.saturating_add(row.sum.cost))
    }

    fn sources(&self, side: BillSide, from: Day, to: Day) -> Vec<String> {
        let rows = self.rows.iter().filter(|row| row.side == Some(side));
        let within = rows.filter(|row| (from..=to).contains(&row.sum.day));
        within.map(|row| row.sum.source.clone()).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

fn verdicts(days: &[ComparedDay]) -> impl Iterator<Item = &Verdict> {
    days.iter().map(|day| &day.compared.verdict)
}

/// What nothing explains as a whole is explained if each of its parts that differs is.
fn by_parts<'a>(whole: BothSides, parts: impl Iterator<Item = &'a Verdict>) -> BothSides {
    let differing: Vec<_> = parts.filter(|verdict| **verdict != Verdict::Agrees).collect();
    let is_known = |verdict: &&&Verdict| !matches!(verdict, Verdict::Unknown | Verdict::NotNamed { .. });
    if whole.verdict != Verdict::Unknown
        || differing.is_empty()
        || !differing.iter().all(|one| is_known(&one))
    {
        return whole;
    }
    let parts = Count(i64::try_from(differing.len()).unwrap_or(i64::MAX));
    BothSides { verdict: Verdict::Several { parts }, ..whole }
}

fn named(name: &str, evidence: &Evidence, circumstances: &Circumstances) -> ComparedName {
    ComparedName { name: name.to_owned(), compared: compared(evidence, circumstances) }
}

/// Both sums, how far apart they are, and why.
pub(super) fn compared(evidence: &Evidence, circumstances: &Circumstances) -> BothSides {
    let (billed, usage) = (evidence.billed, evidence.usage);
    let both = evidence.lacking().is_none();
    BothSides {
        billed: (billed.rows > 0).then_some(billed.cost),
        computed: (usage.rows > 0).then_some(usage.cost),
        at_least: evidence.unpriced.rows > 0,
        difference: both.then(|| minus(usage.cost, billed.cost)),
        share: both.then(|| Ratio::change(usage.cost, billed.cost)).flatten(),
        verdict: judge(evidence, circumstances),
    }
}
