//! Sync: where it stands, what it did, what it asks.

use outlay_app::secrets::PasswordState;
use outlay_app::sync::{
    Aside, Clash, Initialized, MemberChanged, OpenQuestions, Side as Holds, SyncOutlook, SyncStatus,
    SyncTrial, SyncVerified, Synced, Team, TeamMember,
};
use owo_colors::OwoColorize as _;

use super::amount::{count, money};
use super::days::utc;
use super::table::{Side, pairs, table};

/// Where sync stands, and with `fields` what leaves this machine; while nothing is connected, what would.
pub(crate) fn status(status: &SyncStatus, fields: bool) -> String {
    let (head, verb) = match &status.team {
        Some(team) => (connected(team), "leaves"),
        None => ("This ledger belongs to no team: nothing leaves this machine".to_owned(), "would leave"),
    };
    if !fields {
        return head;
    }
    let list = |leaves: bool| {
        let some = status.leaves.iter().filter(|one| one.leaves == leaves);
        let lines: Vec<_> = some.map(|one| (one.what, one.fields.to_owned())).collect();
        pairs(&lines, Some(100))
    };
    format!("{head}\n\nWhat {verb} this machine\n{}\n\nWhat does not\n{}", list(true), list(false))
}

fn connected(team: &Team) -> String {
    let where_is = |password| match password {
        PasswordState::NotNeeded => "none is needed on this machine",
        PasswordState::Keychain => "in the keychain",
        PasswordState::Environment => "in OUTLAY_SYNC_PASSWORD",
        PasswordState::PasswordFile => "in the file of PostgreSQL's programs",
        PasswordState::Missing => "missing",
        PasswordState::Unavailable => "missing: the keychain or the password file cannot be read",
    };
    let password = team.password.map_or("not looked for", where_is);
    let at = |instant: Option<_>| instant.map_or_else(|| "never".to_owned(), utc);
    let mut fields = vec![
        ("server", team.host.clone()),
        ("login", team.login.clone()),
        ("password", password.to_owned()),
        ("last sync", at(team.synced_at)),
        ("verified identical", at(team.verified_at)),
        ("waiting", rows(team.waiting.0)),
        ("by itself", if team.background { "yes" } else { "no" }.to_owned()),
        ("summaries", if team.sends_summaries { "sent" } else { "not sent" }.to_owned()),
    ];
    match &team.adopted {
        None => {
            let member = team.member.clone().unwrap_or_else(|| "told by the first sync".to_owned());
            let reads = if team.reads_all { "everybody's rows" } else { "your own rows" };
            fields.splice(2..2, [("name in the team", member), ("reads", reads.to_owned())]);
        }
        Some(adopted) => {
            let writes = if adopted.writes { "own rows that it lacks" } else { "nothing" };
            let named = [("table", &*adopted.table), ("you are", &*adopted.me), ("written there", writes)];
            fields.splice(2..2, named.map(|(name, value)| (name, value.to_owned())));
        }
    }
    for (name, number) in
        [("put aside", team.quarantined), ("missing there", team.missing), ("to decide", team.conflicts)]
    {
        if number.0 > 0 {
            fields.push((name, format!("{}, see `outlay sync questions`", count(number.0))));
        }
    }
    if let Some(failure) = &team.failure {
        fields.push(("last failure", format!("{}: {}", utc(failure.at), failure.message)));
    }
    let clock = team.clock_warning.as_ref().map(|warning| format!("\n{warning}")).unwrap_or_default();
    format!("{}\n{}{clock}", team.sentence.bold(), pairs(&fields, None))
}

fn rows(number: i64) -> String {
    format!("{} row{}", count(number), if number == 1 { "" } else { "s" })
}

/// What was set up, or the SQL for somebody else.
pub(crate) fn initialized(done: &Initialized) -> String {
    match &done.sql {
        None => format!("The team's ledger is set up, and this login is {} in it", done.name),
        Some(sql) => for_administrator(&done.missing, sql),
    }
}

/// Who was let in or out, or the SQL for somebody else.
pub(crate) fn member(changed: &MemberChanged, done: &str) -> String {
    match &changed.sql {
        None => format!("{} {done}", changed.login),
        Some(sql) => for_administrator(&changed.missing, sql),
    }
}

fn for_administrator(missing: &[String], sql: &str) -> String {
    let missing: Vec<String> = missing.iter().map(|one| format!("-- {one}")).collect();
    format!(
        "-- Nothing was changed. Somebody who may can run this in the same database:\n{}\n{sql}",
        missing.join("\n")
    )
}

/// Every step of a trial, a line each.
pub(crate) fn trial(trial: &SyncTrial) -> String {
    let line = |step: &outlay_app::sync::TrialStep| {
        let mark = match step.state {
            "passed" => "ok    ",
            "failed" => "FAILED",
            _ => "  -   ",
        };
        let hint =
            if step.hint.is_empty() { String::new() } else { format!("\n                 {}", step.hint) };
        format!("{mark}  {:<8} {}{hint}", step.stage, step.words).trim_end().to_owned()
    };
    let steps: Vec<String> = trial.steps.iter().map(line).collect();
    format!("{}\n{}", trial.address.bold(), steps.join("\n"))
}

/// What a sync did.
pub(crate) fn synced(done: &Synced) -> String {
    let mut fields = vec![
        ("pushed", rows(done.pushed.0)),
        ("pulled", rows(done.pulled.0)),
        ("known already", rows(done.known.0)),
    ];
    let rarely = [
        ("alerts", done.alerts),
        ("caps and names", done.records),
        ("pushed again", done.pushed_again),
        ("waiting", done.waiting),
        ("to decide", done.conflicts),
        ("put aside", done.quarantined),
        ("missing there", done.missing),
    ];
    fields.extend(
        rarely.iter().filter(|(_, number)| number.0 > 0).map(|(name, number)| (*name, count(number.0))),
    );
    let verdict = match done.verified {
        Some(true) => "Both sides are identical",
        Some(false) => "Both sides are not identical",
        None => "Synced",
    };
    format!("{}\n{}", format!("{verdict}, with {}", done.host).bold(), pairs(&fields, None))
}

const ROWS_ALONE: &str =
    "What counts is decided over everybody's rows, and this login reads only its own: sums are not compared.";

/// Whether both sides are the same.
pub(crate) fn verified(verified: &SyncVerified) -> String {
    let side = |rows: i64, spend| format!("{} that count, {}", self::rows(rows), money(spend));
    if verified.identical {
        let here = side(verified.rows.0, verified.spend);
        return match verified.sums_compared {
            true => format!("verified identical: {here}"),
            false => format!("verified identical, row by row: {here}, here\n{ROWS_ALONE}"),
        };
    }
    let fields = [
        ("here", side(verified.rows.0, verified.spend)),
        ("there", side(verified.rows_there.0, verified.spend_there)),
    ];
    format!("{}\n{}", "Both sides are not identical".bold(), pairs(&fields, None))
}

/// What a sync would do.
pub(crate) fn outlook(outlook: &SyncOutlook) -> String {
    let fields = [
        ("to push", rows(outlook.to_push.0)),
        ("to pull", format!("at least {}", rows(outlook.to_pull.0))),
        ("lacking there", format!("at least {}", rows(outlook.lacking_there.0))),
        ("days and parts that differ", count(outlook.differing_parts.0)),
        (
            "would compare",
            if outlook.compares_everything { "everything" } else { "the last days" }.to_owned(),
        ),
    ];
    format!("{}\n{}", format!("A sync with {}; nothing was done", outlook.host).bold(), pairs(&fields, None))
}

/// The team, a line for each login.
pub(crate) fn members(members: &[TeamMember], width: Option<u16>) -> String {
    let header =
        [("Name", Side::Left), ("Login", Side::Left), ("Reads", Side::Whole), ("Writes", Side::Whole)];
    let row = |member: &TeamMember| {
        let reads = if member.reads_all { "everybody's" } else { "own" };
        let writes = if member.can_write { "yes" } else { "no" };
        vec![member.name.clone(), member.login.clone(), reads.to_owned(), writes.to_owned()]
    };
    table(&header, members.iter().map(row).collect(), width)
}

/// What sync could not decide.
pub(crate) fn questions(open: &OpenQuestions, width: Option<u16>) -> String {
    let mut parts = Vec::new();
    if !open.clashes.is_empty() {
        let header = [
            ("No.", Side::Right),
            ("What", Side::Left),
            ("Mine", Side::Left),
            ("Theirs", Side::Left),
            ("Holds", Side::Whole),
        ];
        let row = |clash: &Clash| {
            let holds = if clash.holds == Holds::Mine { "mine" } else { "theirs" };
            let what = format!("{} {}", clash.kind, clash.what);
            vec![clash.number.to_string(), what, clash.mine.clone(), clash.theirs.clone(), holds.to_owned()]
        };
        parts.push(table(&header, open.clashes.iter().map(row).collect(), width));
    }
    if !open.aside.is_empty() {
        let header =
            [("Row", Side::Whole), ("Table", Side::Left), ("State", Side::Whole), ("Why", Side::Left)];
        let row = |aside: &Aside| {
            vec![aside.key.clone(), aside.table.clone(), aside.standing.to_owned(), aside.reason.clone()]
        };
        parts.push(table(&header, open.aside.iter().map(row).collect(), width));
    }
    if parts.is_empty() { "Nothing is to be decided".to_owned() } else { parts.join("\n\n") }
}
