//! The plan of an adoption, and what came of it.

use outlay_app::sync::{AdoptedNow, AdoptionPlan, AdoptionQuestion, AdoptionVerdict};
use owo_colors::OwoColorize as _;

use super::amount::{count, money};
use super::sync::synced;
use super::table::pairs;

/// So many months and users are shown; all of them are in the JSON.
const MOST: usize = 12;

/// What adopting would do.
pub(crate) fn plan(plan: &AdoptionPlan) -> String {
    let mut parts = vec![head(plan)];
    if !plan.obstacles.is_empty() {
        parts.push(lines("It cannot be adopted:", &plan.obstacles));
        return parts.join("\n\n");
    }
    if plan.table.is_some() {
        parts.push(pairs(&facts(plan), Some(100)));
    }
    if !plan.columns.is_empty() {
        let named =
            plan.columns.iter().filter_map(|one| Some((one.means, one.column.clone()?, one.kind.clone()?)));
        let columns: Vec<_> =
            named.map(|(means, column, kind)| (means, format!("{column}, {kind}"))).collect();
        parts.push(format!("Columns\n{}", pairs(&columns, Some(100))));
    }
    parts.extend(sums(
        "Users",
        plan.users.iter().map(|user| {
            let me = if user.is_me { " (you)" } else { "" };
            (format!("{}{me}", user.user), user.rows.0, money(user.spend).to_string())
        }),
    ));
    parts.extend(sums(
        "Months",
        plan.months
            .iter()
            .rev()
            .map(|month| (month.month.clone(), month.rows.0, money(month.spend).to_string())),
    ));
    if !plan.left_out.is_empty() {
        let reason = |one: &outlay_app::sync::CannotTake| {
            format!(
                "{}: {} (such as {})",
                rows(one.rows.0),
                one.reason,
                one.ids.first().map_or("one without id", |id| id)
            )
        };
        let reasons: Vec<_> = plan.left_out.iter().map(reason).collect();
        parts.push(lines("Rows that cannot be taken", &reasons));
    }
    if !plan.assumptions.is_empty() {
        parts.push(lines("Taken for granted", &plan.assumptions));
    }
    if !plan.only_read.is_empty() {
        parts.push(lines("It can be read only, for", &plan.only_read));
    }
    if !plan.questions.is_empty() {
        let questions: Vec<_> = plan.questions.iter().map(question).collect();
        parts.push(lines("To be said first", &questions));
    }
    parts.join("\n\n")
}

fn head(plan: &AdoptionPlan) -> String {
    let words = match plan.verdict {
        AdoptionVerdict::Refused => "cannot be adopted",
        AdoptionVerdict::Asks => "can be adopted once you have said more",
        AdoptionVerdict::ReadOnly => "can be adopted, to read",
        AdoptionVerdict::ReadWrite => "can be adopted",
    };
    let table = plan.table.as_deref().unwrap_or("A table of calls");
    format!("{table} {words}; nothing was written").bold().to_string()
}

fn facts(plan: &AdoptionPlan) -> Vec<(&'static str, String)> {
    let about = if plan.is_exact { "" } else { "about " };
    let mut facts = vec![
        ("rows", count(plan.rows.0)),
        ("spend", format!("{about}{}", money(plan.spend))),
        ("users", count(plan.user_count.0)),
    ];
    if plan.unpriced.0 > 0 {
        facts.push(("without a cost", rows(plan.unpriced.0)));
    }
    if let Some(alerts) = plan.open_alerts {
        facts.push(("your open alerts", format!("{}, which stay there", count(alerts.0))));
    }
    if let Some(cap) = plan.cap {
        facts.push(("your monthly cap", format!("{}; --take-cap takes it over", money(cap))));
    }
    let written = if plan.writes { "own rows that the table lacks" } else { "nothing" };
    facts.push(("would be written there", written.to_owned()));
    facts
}

fn sums(title: &str, all: impl ExactSizeIterator<Item = (String, i64, String)>) -> Option<String> {
    let left = all.len().saturating_sub(MOST);
    let shown: Vec<_> =
        all.take(MOST).map(|(name, number, sum)| (name, format!("{}, {sum}", rows(number)))).collect();
    let shown: Vec<_> = shown.iter().map(|(name, sum)| (name.as_str(), sum.clone())).collect();
    let more = if left > 0 { format!("\n  and {left} more") } else { String::new() };
    (!shown.is_empty()).then(|| format!("{title}\n{}{more}", pairs(&shown, Some(100))))
}

fn question(question: &AdoptionQuestion) -> String {
    let choices = question.choices.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ");
    let examples: Vec<_> = question.examples.iter().map(|row| format!("\n      {row}")).collect();
    let choices = if choices.is_empty() { String::new() } else { format!(" {choices}") };
    format!("{}  {}{choices}{}", question.flag, question.asks, examples.join(""))
}

fn lines(title: &str, all: &[String]) -> String {
    let all: Vec<_> = all.iter().map(|line| format!("  {line}")).collect();
    format!("{title}\n{}", all.join("\n"))
}

fn rows(number: i64) -> String {
    format!("{} row{}", count(number), if number == 1 { "" } else { "s" })
}

/// What was adopted.
pub(crate) fn adopted(done: &AdoptedNow) -> String {
    let table = done.plan.table.as_deref().unwrap_or("The table");
    let head = format!("{table} is adopted").bold().to_string();
    let cap = if done.took_cap { "\nIts monthly cap is yours here, too" } else { "" };
    format!("{head}{cap}\n\n{}", synced(&done.sync))
}
