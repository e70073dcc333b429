//! Both sides of a bill, drawn: what was billed, what usage comes to, and what parts them.

use outlay_app::Day;
use outlay_app::reconcile::authority::{Authority, AuthorityAccount, AuthorityMonth};
use outlay_app::report::reconcile::{
    BillSide, BothSides, ComparedName, Counts, ReconciledAccount, Reconciliation, Verdict,
};
use owo_colors::OwoColorize as _;

use super::amount::{count, counted, money, total};
use super::days::utc;
use super::imports::days;
use super::table::{Side, fitting, pairs};
use super::text::wrapped;
use crate::verbs::reconcile::By;

/// Every account, its sums first, then its lines.
pub(crate) fn both_sides(found: &Reconciliation, by: By, width: Option<u16>) -> String {
    let period = days(Some(found.from), Some(found.to));
    if !found.has_billed {
        return wrapped(
            "Nothing to reconcile yet: import a cost export and a usage export of the same days, and what the provider \
             bills is held against tokens times their price",
            width,
            0,
        );
    }
    if found.accounts.is_empty() {
        return "No cost export of such a provider and account".to_owned();
    }
    let one = |account: &ReconciledAccount| {
        let title = format!("{}, account {}, {period} (UTC days)", account.provider, account.account);
        if account.days.is_empty() && by != By::Month {
            return format!("{}\n  No rows in these days", title.bold());
        }
        format!("{}\n{}\n\n{}", title.bold(), sums(account, width), lines(account, by, width))
    };
    found.accounts.iter().map(one).collect::<Vec<_>>().join("\n\n")
}

fn sums(account: &ReconciledAccount, width: Option<u16>) -> String {
    let total = &account.total;
    let from = |sources: &[String]| {
        if sources.is_empty() { String::new() } else { format!(" ({})", sources.join(", ")) }
    };
    let mut rows = vec![
        ("Billed", format!("{}{}", billed(total), from(&account.billed_sources))),
        ("Computed", format!("{}{}", computed(total), from(&account.usage_sources))),
    ];
    if total.difference.is_some() {
        rows.push(("Difference", format!("{}: {}", difference(total), sentence(&total.verdict))));
    } else {
        rows.push(("Verdict", sentence(&total.verdict)));
    }
    let apart = account.days_with_both.0 < i64::try_from(account.days.len()).unwrap_or(i64::MAX);
    if apart && account.days_with_both.0 > 0 {
        let both = &account.both;
        rows.push((
            "Days with both",
            format!(
                "{}: billed {}, computed {}, {}",
                count(account.days_with_both.0),
                billed(both),
                computed(both),
                sentence(&both.verdict)
            ),
        ));
    }
    rows.push(("Counts", counting(account)));
    pairs(&rows, width)
}

fn counting(account: &ReconciledAccount) -> String {
    let counted = total(account.counted, account.counted_at_least, false);
    let beside = if account.counted_beside.nanos() == 0 {
        String::new()
    } else {
        format!(", {} of it held against nothing", money(account.counted_beside))
    };
    format!("{counted}, {}{beside}", counts_of_all(account.counts))
}

fn counts_of_all(counts: Counts) -> &'static str {
    match counts {
        Counts::Billed => "what is billed",
        Counts::Usage => "what is computed",
        Counts::Mixed => "some days billed, some computed, each once",
        Counts::Neither => "nothing",
    }
}

fn lines(account: &ReconciledAccount, by: By, width: Option<u16>) -> String {
    match by {
        By::Day => {
            let row = |day: &outlay_app::report::reconcile::ComparedDay| {
                line(day.day.to_string(), Some(day.counts), &day.compared)
            };
            drawn("Day (UTC)", account.days.iter().map(row).collect(), width)
        }
        By::Month => {
            let row = |month: &outlay_app::report::reconcile::ComparedMonth| {
                line(month.month.to_string(), Some(month.counts), &month.compared)
            };
            drawn("Month (UTC)", account.months.iter().map(row).collect(), width)
        }
        By::Model => names("Model", "model", &account.by_model, width),
        By::Key => names("Key", "key", &account.by_key, width),
        By::Project => names("Project", "project or workspace", &account.by_project, width),
    }
}

fn names(title: &str, what: &str, names: &[ComparedName], width: Option<u16>) -> String {
    if names.is_empty() {
        return format!("  The two sides do not both name a {what}");
    }
    let name = |name: &str| if name.is_empty() { "(not named)".to_owned() } else { name.to_owned() };
    let rows = names.iter().map(|each| line(name(&each.name), None, &each.compared)).collect();
    drawn(title, rows, width)
}

fn line(name: String, counts: Option<Counts>, both: &BothSides) -> Vec<String> {
    let counts = counts.map_or("", |counts| match counts {
        Counts::Billed => "billed",
        Counts::Usage => "computed",
        Counts::Mixed => "each once",
        Counts::Neither => "",
    });
    vec![
        name,
        billed(both),
        computed(both),
        both.difference.map(money).unwrap_or_default(),
        both.share.map(percent).unwrap_or_default(),
        counts.to_owned(),
        sentence(&both.verdict),
    ]
}

fn drawn(name: &str, rows: Vec<Vec<String>>, width: Option<u16>) -> String {
    let header = [
        (name, Side::Whole),
        ("Billed", Side::Right),
        ("Computed", Side::Right),
        ("Difference", Side::Right),
        ("Share", Side::Right),
        ("Counts", Side::Whole),
        ("Verdict", Side::Left),
    ];
    fitting(&header, &rows, width, &["Share", "Counts"])
}

fn billed(both: &BothSides) -> String {
    both.billed.map_or_else(|| "–".to_owned(), money)
}

fn computed(both: &BothSides) -> String {
    both.computed.map_or_else(|| "–".to_owned(), |computed| total(computed, both.at_least, false))
}

fn difference(both: &BothSides) -> String {
    let share = both.share.map(|share| format!(" ({})", percent(share))).unwrap_or_default();
    format!("{}{share}", both.difference.map(money).unwrap_or_default())
}

/// `1.25 %`, signed, from a share with four decimals.
fn percent(share: outlay_app::report::Ratio) -> String {
    let hundredths = share.ten_thousandths();
    let sign = if hundredths < 0 { "-" } else { "" };
    let size = hundredths.unsigned_abs();
    format!("{sign}{}.{:02} %", size / 100, size % 100)
}

/// What a verdict says.
fn sentence(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Agrees => "agrees".to_owned(),
        Verdict::OpenDay { from, to, exported: None } => format!("not over yet: {}", span(*from, *to)),
        Verdict::OpenDay { from, to, exported: Some(at) } => {
            format!("the export of {} was made on {}, before the end", span(*from, *to), utc(*at))
        }
        Verdict::MissingSource { side, from, to, covered } => missing(*side, &span(*from, *to), *covered),
        Verdict::NotNamed { side: BillSide::Billed } => "the cost export does not name it".to_owned(),
        Verdict::NotNamed { side: BillSide::Usage } => "the usage export does not name it".to_owned(),
        Verdict::Credits { lines, cost } => {
            format!("{} of {}", counted(lines.0, "credit", "credits"), money(*cost))
        }
        Verdict::Fees { lines, cost, names } => format!(
            "{} for {}, no tokens: {}",
            counted(lines.0, "line", "lines"),
            names.join(", "),
            money(*cost)
        ),
        Verdict::FeesAndCredits { fees, credits } => {
            format!("fees of {} and credits of {}", money(*fees), money(*credits))
        }
        Verdict::Batch { cost } if cost.nanos() == 0 => "about twice: batch or a discount of half".to_owned(),
        Verdict::Batch { cost } => format!("batch at half the price: {}", money(*cost)),
        Verdict::Rounding { lines } => {
            format!("the export rounds to cents: {}", counted(lines.0, "line", "lines"))
        }
        Verdict::Unpriced { rows, tokens } => format!(
            "{} without a price ({})",
            counted(rows.0, "row", "rows"),
            counted(tokens.0, "token", "tokens")
        ),
        Verdict::Guessed { rows, cost, guess } => {
            let guess = if guess.is_empty() { String::new() } else { format!(" ({guess})") };
            format!("{} at a guessed price, {}{guess}", counted(rows.0, "row", "rows"), money(*cost))
        }
        Verdict::PriceChange { since } => format!("a price changed on {since}"),
        Verdict::Several { parts } => {
            format!(
                "{} of its own",
                counted(parts.0, "part differs for a reason", "parts differ, each for a reason")
            )
        }
        Verdict::Unknown => "unknown".to_owned(),
    }
}

fn missing(side: BillSide, span: &str, covered: bool) -> String {
    let export = match side {
        BillSide::Billed => "cost export",
        BillSide::Usage => "usage export",
    };
    if covered { format!("the {export} has no rows for {span}") } else { format!("no {export} for {span}") }
}

fn span(from: Day, to: Day) -> String {
    days(Some(from), Some(to))
}

/// What letting a side speak would change.
pub(crate) fn choice(planned: &Authority) -> String {
    let title = format!("{} counts:", speaker(planned.speaks));
    let mut lines = vec![title];
    lines.extend(planned.accounts.iter().map(account));
    lines.extend(planned.months.iter().map(month));
    if planned.months.is_empty() {
        lines.push("  no month's spend changes".to_owned());
    }
    lines.join("\n")
}

/// What it changed.
pub(crate) fn chosen(chosen: &Authority) -> String {
    if chosen.accounts.iter().all(|account| account.changed.0 == 0) {
        let speaker = speaker(chosen.speaks).to_lowercase();
        return format!("Nothing to change: {speaker} counts already on all days with both");
    }
    choice(chosen).replacen(" counts:", " counts from now on:", 1)
}

fn speaker(side: BillSide) -> &'static str {
    match side {
        BillSide::Billed => "What is billed",
        BillSide::Usage => "What usage comes to",
    }
}

fn account(account: &AuthorityAccount) -> String {
    format!(
        "  {}, account {}: {} with both from {} to {}, {} change",
        account.provider,
        account.account,
        counted(account.days.0, "day", "days"),
        account.first_day,
        account.last_day,
        count(account.changed.0)
    )
}

fn month(month: &AuthorityMonth) -> String {
    format!(
        "  {}: {} to {}",
        month.month,
        total(month.before, month.before_at_least, false),
        total(month.after, month.after_at_least, false)
    )
}
