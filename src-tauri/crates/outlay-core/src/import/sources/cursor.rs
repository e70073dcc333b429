//! Cursor's `usage-events-YYYY-MM-DD.csv`: one row per event, newest first.
//!
//! - **Columns**: `Date, [User,] [Cloud Agent ID, Automation ID,] Kind, Model, Max Mode, Input (w/ Cache
//!   Write), Input (w/o Cache Write), Cache Read, Output Tokens, Total Tokens, Cost`; the oldest has no
//!   `Kind` but `Cost to you`; request plans have `Requests` instead of `Cost`; some have `Tokens`
//!   instead of the four columns.
//! - **Key**: no id, so the millisecond, model, tokens, user, agent, and the ordinal among equal rows.
//!   Kind and cost are content: if Cursor changes them, the event is restated.
//! - **Tokens**: the four columns are disjoint and make the total (checked). "w/ Cache Write" is what
//!   was written to the cache.
//! - **Money**: only on-demand events are spend. `Included` is a value inside the plan; errored, aborted
//!   and free events cost nothing, whatever stands under `Cost`.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::fact::{Charge, FacetId, Facets, Fact, Variant};
use crate::identity::{Fingerprint, FingerprintBuilder};
use crate::import::context::{Context, Reading, join_key, labels};
use crate::import::reject::RejectKind;
use crate::import::source_kind::SourceKind;
use crate::import::table::{Column, Header, Read, Row, problem};
use crate::instant::Instant;
use crate::money::Money;
use crate::tokens::Tokens;

use super::{Shape, Source};

pub(crate) const SHAPE: Shape = Shape {
    kind: SourceKind::CursorUsage,
    signatures: &[&["date", "model", "input_(w/_cache_write)"], &["date", "kind", "model", "max_mode"]],
    required: &["date", "model", "kind|cost_to_you", "input_(w/_cache_write)|tokens|total_tokens"],
    optional: &[
        "input_(w/o_cache_write)",
        "cache_read",
        "output_tokens",
        "total_tokens",
        "user",
        "cloud_agent_id",
        "automation_id",
        "max_mode",
        "cost",
        "requests",
        "cost_to_you",
    ],
};

pub(crate) struct Cursor {
    date: Column,
    user: Column,
    agent: Column,
    automation: Column,
    kind: Column,
    model: Column,
    max_mode: Column,
    cache_write: Column,
    uncached: Column,
    cache_read: Column,
    output: Column,
    total: Column,
    unsplit: Column,
    cost: Column,
    requests: Column,
    cost_to_you: Column,
    /// How many rows each key (without ordinal) has had so far.
    seen: FxHashMap<Fingerprint, u32>,
    cells: Vec<u8>,
}

/// What an event's kind says about its money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    OnDemand,
    Included,
    NotCharged,
}

/// An event's tokens: split, or a total that the export does not split.
struct EventTokens {
    split: Tokens,
    unsplit: i64,
}

impl Cursor {
    pub(crate) fn new(header: &Header) -> Self {
        let column = |name| header.column(name);
        let split = header.has("input_(w/_cache_write)");
        Self {
            date: column("date"),
            user: column("user"),
            agent: column("cloud_agent_id"),
            automation: column("automation_id"),
            kind: column("kind"),
            model: column("model"),
            max_mode: column("max_mode"),
            cache_write: column("input_(w/_cache_write)"),
            uncached: column("input_(w/o_cache_write)"),
            cache_read: column("cache_read"),
            output: column("output_tokens"),
            total: column("total_tokens"),
            unsplit: match split {
                true => Column::absent(),
                false => column(if header.has("tokens") { "tokens" } else { "total_tokens" }),
            },
            cost: column("cost"),
            requests: column("requests"),
            cost_to_you: column("cost_to_you"),
            seen: FxHashMap::default(),
            cells: Vec::new(),
        }
    }

    fn tokens(&self, row: &Row<'_>) -> Read<EventTokens> {
        if self.unsplit.is_present() {
            return Ok(EventTokens { split: Tokens::default(), unsplit: row.count(&self.unsplit)? });
        }
        let split = Tokens {
            uncached_input: row.count(&self.uncached)?,
            cache_read: row.count(&self.cache_read)?,
            cache_write: row.count(&self.cache_write)?,
            output: row.count(&self.output)?,
            ..Tokens::default()
        };
        let sum = split.input() + split.output;
        match row.optional_count(&self.total)? {
            Some(total) if total != sum => {
                let expected = format!("{sum}, the sum of the four token columns");
                let remedy = "The counts contradict each other: export the file again";
                Err(problem(RejectKind::TokenTotal, &self.total, row.raw(&self.total), &expected, remedy))
            }
            _ => Ok(EventTokens { split, unsplit: 0 }),
        }
    }

    fn charge(&self, row: &Row<'_>) -> Read<Charge> {
        let value = self.value(row, &self.cost)?;
        if !self.kind.is_present() {
            return Ok(match self.value(row, &self.cost_to_you)? {
                Some(cost) if cost != Money::ZERO => Charge::Billed { cost, exact: true, list: value },
                _ => Charge::Included(value),
            });
        }
        let word = row.text(&self.kind);
        let kind = read_kind(word).ok_or_else(|| {
            let expected = "On-Demand, Usage-based, Included, Free, Errored or Aborted";
            let remedy = "The kind decides whether the event is spend: say which of these it is";
            problem(RejectKind::UnknownWord, &self.kind, word, expected, remedy)
        })?;
        match (kind, value) {
            (Kind::NotCharged, _) => Ok(Charge::Free),
            (Kind::Included, value) => Ok(Charge::Included(value)),
            (Kind::OnDemand, Some(cost)) => Ok(Charge::Billed { cost, exact: true, list: None }),
            (Kind::OnDemand, None) if !self.cost.is_present() => Ok(Charge::ByPriceBook),
            (Kind::OnDemand, None) => {
                let remedy = "An event that was billed has a cost: export the file again";
                Err(problem(
                    RejectKind::Amount,
                    &self.cost,
                    row.raw(&self.cost),
                    "an amount in dollars",
                    remedy,
                ))
            }
        }
    }

    /// An amount; a word such as `Included`, `Free` or `NaN` is none.
    fn value(&self, row: &Row<'_>, column: &Column) -> Read<Option<Money>> {
        let cell = row.raw(column);
        let is_word = ["included", "free", "nan", "n/a"].iter().any(|word| cell.eq_ignore_ascii_case(word));
        if is_word { Ok(None) } else { row.money(column) }
    }

    fn facets(&mut self, row: &Row<'_>, max_mode: bool, context: &mut Context) -> FacetId {
        let columns = [&self.model, &self.user, &self.agent, &self.automation, &self.kind, &self.requests];
        self.cells.clear();
        self.cells.push(u8::from(max_mode));
        for column in columns {
            self.cells.extend_from_slice(row.raw(column).as_bytes());
            self.cells.push(0);
        }
        context.facets.intern_cells(&self.cells, || Facets {
            provider: "cursor".into(),
            generation_type: "agent".into(),
            model: row.text(&self.model).into(),
            project: None,
            variant: Variant::default(),
            labels: labels([
                ("user", row.text(&self.user)),
                ("cloud_agent", row.text(&self.agent)),
                ("automation", row.text(&self.automation)),
                ("kind", row.text(&self.kind)),
                ("max_mode", if max_mode { "yes" } else { "" }),
                ("plan_requests", row.text(&self.requests)),
            ]),
        })
    }

    /// The key, with the ordinal among the equal rows so far.
    fn key(&mut self, row: &Row<'_>, created_at: Instant, tokens: &EventTokens) -> String {
        let EventTokens { split, unsplit } = tokens;
        let counts = [split.cache_write, split.uncached_input, split.cache_read, split.output, *unsplit];
        let counts = counts.map(|count| count.to_string()).join(" ");
        let milliseconds = created_at.micros() / 1000;
        let key = join_key([
            milliseconds.to_string().as_str(),
            row.text(&self.model),
            &counts,
            row.text(&self.user),
            row.text(&self.agent),
        ]);
        let seen = self.seen.entry(FingerprintBuilder::new("cursor").text(&key).finish()).or_default();
        let ordinal = *seen;
        *seen += 1;
        format!("{key}|{ordinal}")
    }

    fn fingerprint(
        &self,
        row: &Row<'_>,
        created_at: Instant,
        tokens: &EventTokens,
        charge: &Charge,
    ) -> Fingerprint {
        let money = match charge {
            Charge::Billed { cost, list, .. } => [1, cost.nanos(), list.unwrap_or_default().nanos()],
            Charge::Included(value) => [2, value.unwrap_or_default().nanos(), 0],
            Charge::Free => [3, 0, 0],
            Charge::Estimated(_) | Charge::ByPriceBook => [0, 0, 0],
        };
        let mut fingerprint = FingerprintBuilder::new("cursor/1");
        fingerprint.integer(created_at.micros()).text(row.text(&self.model));
        fingerprint.text(row.text(&self.user)).text(row.text(&self.agent));
        let split = &tokens.split;
        for number in
            [split.uncached_input, split.cache_read, split.cache_write, split.output, tokens.unsplit]
        {
            fingerprint.integer(number);
        }
        for number in money {
            fingerprint.integer(number);
        }
        fingerprint.finish()
    }
}

impl Source for Cursor {
    fn read(&mut self, row: &Row<'_>, context: &mut Context) -> Read<Reading> {
        let created_at = row.instant(&self.date, &mut context.dates)?;
        row.required_text(&self.model)?;
        let tokens = self.tokens(row)?;
        let charge = self.charge(row)?;
        let max_mode = row.flag(&self.max_mode)?;
        let kind = row.text(&self.kind);
        let failed = ["error", "abort"].iter().any(|word| kind.to_ascii_lowercase().contains(word));
        let unsplit = (tokens.unsplit > 0).then(|| ("unsplit_tokens".to_owned(), tokens.unsplit));
        Ok(Reading::Fact(Fact {
            facets: self.facets(row, max_mode, context),
            created_at,
            period_end: None,
            request_count: Some(1),
            tokens: tokens.split,
            other_units: unsplit.into_iter().collect::<BTreeMap<_, _>>(),
            charge,
            fingerprint: self.fingerprint(row, created_at, &tokens, &charge),
            source_key: self.key(row, created_at, &tokens),
            duration_ms: None,
            error: failed.then(|| kind.to_owned()),
            line: row.line,
        }))
    }
}

/// What a kind says about money, in the words of the dashboard and of the API.
fn read_kind(word: &str) -> Option<Kind> {
    let words: String = word.to_lowercase().replace(['_', '-'], " ");
    let words = words.strip_prefix("usage event kind ").unwrap_or(&words);
    let has = |part: &str| words.contains(part);
    if has("not charged") || has("no charge") || has("errored") || has("aborted") {
        return Some(Kind::NotCharged);
    }
    // A key of the user's own is paid at the model's provider: to Cursor it is no spend.
    if has("included") || has("user api key") {
        return Some(Kind::Included);
    }
    if has("free") {
        return Some(Kind::NotCharged);
    }
    matches!(words, "on demand" | "usage based" | "usage").then_some(Kind::OnDemand)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_decides_about_money() {
        for word in ["On-Demand", "Usage-based", "USAGE", "USAGE_EVENT_KIND_USAGE_BASED"] {
            assert_eq!(read_kind(word), Some(Kind::OnDemand), "{word}");
        }
        for word in ["Included", "Included in Pro", "USAGE_EVENT_KIND_INCLUDED_IN_ULTRA", "User API Key"] {
            assert_eq!(read_kind(word), Some(Kind::Included), "{word}");
        }
        for word in ["Free", "Errored, No Charge", "Aborted, Not Charged", "Errored, Not Charged"] {
            assert_eq!(read_kind(word), Some(Kind::NotCharged), "{word}");
        }
        for word in ["", "Enterprise", "Usage-based maybe"] {
            assert_eq!(read_kind(word), None, "{word}");
        }
    }
}
