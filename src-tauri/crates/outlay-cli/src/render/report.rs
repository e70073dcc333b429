//! A month or a range of days, for a person: the figures first, then what they are made of.
//!
//! Nothing is added up here: every figure is the app's own.

use outlay_app::report::{Body, DailyPoint, Figures, MonthReport, RangeReport};
use outlay_app::{Day, Money, Projection};
use owo_colors::OwoColorize as _;

use super::amount::{count, counted, money, share, total};
use super::days::{month_name, weekday};
use super::table::{Side, pairs, table};
use super::text::wrapped;
use crate::verbs::report::By;

/// What a report is drawn with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Drawing<'a> {
    /// What the spend is broken down by.
    pub(crate) by: &'a [By],
    /// The present day; later ones are not drawn.
    pub(crate) today: Day,
    /// The screen's width, `None` where lines may be of any length.
    pub(crate) width: Option<u16>,
    /// The figures are of sample data.
    pub(crate) sample: bool,
}

/// The report of a month.
pub(crate) fn month(report: &MonthReport, drawing: Drawing<'_>) -> String {
    let title = format!("{}, days in {}", month_name(report.month), report.time_zone);
    let mut parts = parts(title, &report.body, drawing);
    let has_calls = !report.body.by_type.is_empty();
    let projection = report.projection.as_ref().filter(|_| has_calls);
    parts.extend(projection.map(|projection| month_end(projection, &report.body, drawing.width)));
    parts.extend(unpriced(&report.body, drawing.width));
    parts.join("\n\n")
}

/// The report of a range of days.
pub(crate) fn range(report: &RangeReport, drawing: Drawing<'_>) -> String {
    let title = format!("{} to {}, days in {}", report.from, report.to, report.time_zone);
    let mut parts = parts(title, &report.body, drawing);
    parts.extend(unpriced(&report.body, drawing.width));
    parts.join("\n\n")
}

fn parts(title: String, body: &Body, drawing: Drawing<'_>) -> Vec<String> {
    let sample = if drawing.sample { "Sample data: " } else { "" };
    let mut parts = vec![format!("{sample}{title}").bold().to_string()];
    if body.by_type.is_empty() {
        parts.push("  No calls are recorded in this period".to_owned());
        return parts;
    }
    parts.push(figures(body, drawing.width));
    parts.extend(drawing.by.iter().map(|&by| breakdown(body, by, drawing.width)));
    parts.push(titled("Day by day", daily(&body.daily, drawing)));
    parts
}

fn titled(title: &str, content: String) -> String {
    format!("{}\n{content}", title.bold())
}

fn figures(body: &Body, width: Option<u16>) -> String {
    let mut rows = vec![("Spend", spend(body)), ("Calls", calls(body))];
    let cached = share(body.cached_tokens.0, body.tokens_input.0);
    let cached = if body.cached_tokens.0 > 0 { format!(", {cached} from a cache") } else { String::new() };
    rows.push(("Tokens in", format!("{}{cached}", count(body.tokens_input.0))));
    rows.push(("Tokens out", count(body.tokens_output.0)));
    if body.included_value != Money::ZERO {
        rows.push((
            "Plan usage",
            format!("{} at list price, covered by a plan: not spend", money(body.included_value)),
        ));
    }
    pairs(&rows, width)
}

fn spend(body: &Body) -> String {
    let providers: Vec<_> = body.by_provider.iter().map(|provider| named(&provider.provider)).collect();
    let from = if providers.is_empty() { String::new() } else { format!(" from {}", providers.join(", ")) };
    format!("{}{from}", total(body.spend, body.at_least, body.about))
}

fn calls(body: &Body) -> String {
    let unknown = body.calls_unknown_rows.0;
    if unknown == 0 {
        return count(body.calls.0);
    }
    let rows = counted(unknown, "row does not say how many", "rows do not say how many");
    format!("{} known; {rows}", count(body.calls.0))
}

fn breakdown(body: &Body, by: By, width: Option<u16>) -> String {
    let named = |name: &Option<String>| name.clone().unwrap_or_default();
    let (title, rows): (_, Vec<_>) = match by {
        By::Type => {
            let groups = body.by_type.iter();
            ("Type", groups.map(|group| row(&group.generation_type, &group.figures, body)).collect())
        }
        By::Model => {
            let groups = body.by_model.iter();
            ("Model", groups.map(|group| row(&group.model, &group.figures, body)).collect())
        }
        By::Provider => {
            let groups = body.by_provider.iter();
            ("Provider", groups.map(|group| row(&group.provider, &group.figures, body)).collect())
        }
        By::Application => {
            let groups = body.by_application.iter();
            ("Application", groups.map(|group| row(&named(&group.name), &group.figures, body)).collect())
        }
        By::Member => {
            let groups = body.by_member.iter();
            ("Member", groups.map(|group| row(&group.user, &group.figures, body)).collect())
        }
        By::Device => {
            let groups = body.by_device.iter().flatten();
            ("Machine", groups.map(|group| row(&group.name, &group.figures, body)).collect())
        }
    };
    let header = [
        (title, Side::Left),
        ("Spend", Side::Right),
        ("Share", Side::Right),
        ("Calls", Side::Right),
        ("Average", Side::Right),
        ("Tokens", Side::Right),
    ];
    table(&header, rows, width)
}

fn row(name: &str, figures: &Figures, body: &Body) -> Vec<String> {
    // Nothing is never shown for what is not known.
    let is_unpriced = figures.at_least && figures.spend == Money::ZERO;
    let (spend, share) = match is_unpriced {
        true => ("no price".to_owned(), String::new()),
        false => {
            (total(figures.spend, figures.at_least, false), share(figures.spend.nanos(), body.spend.nanos()))
        }
    };
    vec![
        named(name).to_owned(),
        spend,
        share,
        count(figures.calls.0),
        figures.average.map_or_else(|| "–".to_owned(), money),
        count(figures.tokens.0),
    ]
}

const fn named(name: &str) -> &str {
    if name.is_empty() { "(none)" } else { name }
}

/// Columns that a bar may take at most.
const LONGEST_BAR: i128 = 32;

/// Columns that the rest of a day's line takes.
const BESIDE_BAR: u16 = 46;

fn daily(days: &[DailyPoint], drawing: Drawing<'_>) -> String {
    let past: Vec<_> = days.iter().filter(|point| point.day <= drawing.today).collect();
    let highest = past.iter().map(|point| point.spend).max().unwrap_or_default();
    let longest = drawing.width.map_or(LONGEST_BAR, |width| i128::from(width.saturating_sub(BESIDE_BAR)));
    let longest = longest.min(LONGEST_BAR);
    let runs = past.chunk_by(|one, next| !one.has_data && !next.has_data);
    let rows = runs.map(|run| match run {
        [point] if point.has_data => {
            let bar = bar(point.spend, highest, longest);
            vec![
                point.day.to_string(),
                weekday(point.day).to_owned(),
                total(point.spend, point.at_least, false),
                count(point.calls.0),
                bar,
            ]
        }
        run => no_data(run),
    });
    let header = [
        ("Day", Side::Whole),
        ("", Side::Whole),
        ("Spend", Side::Right),
        ("Calls", Side::Right),
        ("", Side::Left),
    ];
    table(&header, rows.collect(), drawing.width)
}

fn no_data(run: &[&DailyPoint]) -> Vec<String> {
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return Vec::new() };
    let until = if run.len() > 1 { format!("until {}", last.day) } else { String::new() };
    let weekday = weekday(first.day).to_owned();
    vec![first.day.to_string(), weekday, "no data".to_owned(), String::new(), until]
}

/// A bar in eighths of a column; at least one eighth for what is there.
fn bar(amount: Money, highest: Money, longest: i128) -> String {
    if amount.nanos() <= 0 || highest.nanos() <= 0 {
        return String::new();
    }
    let eighths = (i128::from(amount.nanos()) * longest * 8 / i128::from(highest.nanos())).max(1);
    let whole = "█".repeat(usize::try_from(eighths / 8).unwrap_or_default());
    let part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][usize::try_from(eighths % 8).unwrap_or_default()];
    whole + part
}

fn month_end(projection: &Projection, body: &Body, width: Option<u16>) -> String {
    let said = |amount| total(amount, body.at_least, body.about);
    let run_rate = format!("{}, spend per day so far times the days of the month", said(projection.run_rate));
    let figures = match (projection.likely, projection.low, projection.high) {
        (Some(likely), Some(low), Some(high)) => vec![
            ("Likely", format!("{}, likely range {} to {}", said(likely), money(low), money(high))),
            ("Method", projection.method.clone()),
            ("Run-rate", run_rate),
        ],
        _ => vec![("Likely", projection.method.clone()), ("Run-rate", run_rate)],
    };
    titled("Month-end", pairs(&figures, width))
}

fn unpriced(body: &Body, width: Option<u16>) -> Option<String> {
    body.at_least.then(|| {
        let rows = counted(body.unpriced_rows.0, "row has", "rows have");
        let said = format!(
            "{rows} no known price, so the true spend is higher: `outlay calls --unpriced` shows what is missing"
        );
        wrapped(&said, width, 0)
    })
}
