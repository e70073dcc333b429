//! What is seen of each foreign schema, and what the server says of a row that is tried and taken back.

use std::fmt::Write as _;

use outlay_core::instant::Instant;
use outlay_sync::adoption::Choices;
use outlay_sync::server::Server;
use outlay_sync::server::adoption::{Survey, rehearse, survey};
use uuid::Uuid;

use super::super::stage::{empty_database, enter, stranger};
use super::schemas;

#[tokio::test]
async fn foreign_schemas_are_seen_as_they_are() {
    let admin = empty_database("adoption_shapes").await;
    let reader = stranger(&admin, "adoption_reader", "").await;
    // May what the other may, and the server refuses it every write, also one that would be taken back.
    let looker = stranger(&admin, "adoption_looker", "INHERIT").await;
    let grant = "GRANT adoption_reader TO adoption_looker; ALTER ROLE adoption_looker SET default_transaction_read_only = on";
    admin.run(grant).await.expect("a login that can only read");
    drop(looker);
    let looker = enter(&admin, "adoption_looker").await;
    let schemas = schemas::all();
    let mut told = String::new();
    for (name, statements) in &schemas {
        let make = format!(
            "CREATE SCHEMA {name}; SET search_path = {name}; GRANT USAGE ON SCHEMA {name} TO adoption_reader;
             ALTER DEFAULT PRIVILEGES IN SCHEMA {name} GRANT ALL ON TABLES TO adoption_reader; {statements}"
        );
        admin.run(&make).await.unwrap_or_else(|failure| panic!("{name}: {failure}"));
        let choices = Choices { schema: Some((*name).to_owned()), ..Choices::default() };
        let seen = survey(&looker, &choices).await.unwrap_or_else(|failure| panic!("{name}: {failure}"));
        let again = with_answers(&seen);
        let answered = survey(&looker, &again).await.unwrap_or_else(|failure| panic!("{name}: {failure}"));
        writeln!(told, "{name}\n{}", said(&seen, &answered)).expect("text");
        writeln!(told, "{}", tried(&reader, &answered).await).expect("text");
    }
    insta::assert_snapshot!(format!("{} schemas\n\n{told}", schemas.len()));
}

/// The answers of somebody who takes whatever stands first.
fn with_answers(seen: &Survey) -> Choices {
    let mut choices = seen.choices.clone();
    let columns = seen.reading.user_columns.first().cloned();
    choices.user_column = choices.user_column.or(columns);
    choices.me = choices.me.or_else(|| seen.finds.users.first().map(|user| user.user.clone()));
    choices.me = choices.me.or_else(|| Some("user_ada".to_owned()));
    choices.cached = choices.cached.or(Some(outlay_sync::adoption::Cached::Inside));
    choices
}

fn said(seen: &Survey, answered: &Survey) -> String {
    let mut lines = Vec::new();
    let mut line = |name: &str, words: String| {
        if !words.is_empty() {
            lines.push(format!("  {name}: {words}"));
        }
    };
    let list = |all: Vec<String>| all.join("; ");
    line("refused", list(seen.reading.obstacles.iter().map(ToString::to_string).collect()));
    line("asks", list(seen.questions.iter().map(|question| question.flag().to_owned()).collect()));
    line("assumes", list(seen.assumptions.iter().map(|one| format!("{one:?}")).collect()));
    if let Some(layout) = &answered.reading.layout {
        line("user", format!("{} {}", layout.user.name, layout.user.type_name));
        line(
            "cost",
            layout.cost.as_ref().map_or("none".into(), |cost| format!("{} {}", cost.name, cost.type_name)),
        );
        let users = answered.finds.users.iter().map(|user| format!("{} {}", user.user, user.rows));
        line("users", list(users.collect()));
        let rows = &answered.rows;
        let doubled =
            if rows.doubled_ids > 0 { format!(", {} ids doubled", rows.doubled_ids) } else { String::new() };
        line("rows", format!("{}, ${}, {} unpriced{doubled}", rows.rows, rows.spend, rows.unpriced));
        let months = rows.months.iter().map(|month| format!("{} {}", month.month, month.rows));
        line("months", list(months.collect()));
        for fault in &rows.faults {
            line("left out", format!("{} x {}", fault.rows, fault.fault));
        }
        if answered.original != Default::default() {
            line("beside", format!("{:?}", answered.original));
        }
    }
    line("read only", list(answered.reading.only_read.iter().map(ToString::to_string).collect()));
    lines.join("\n")
}

/// What the server says of a row, whatever the catalogue says.
async fn tried(reader: &Server, answered: &Survey) -> String {
    let (Some(layout), Some(me)) = (&answered.reading.layout, &answered.choices.me) else {
        return String::new();
    };
    let now = Instant::parse("2026-06-19T12:00:00.123456Z").expect("an instant");
    let outcome = rehearse(reader, layout, me, (Uuid::from_u128(7), now)).await;
    match outcome {
        Ok(None) => "  tried: taken\n".to_owned(),
        Ok(Some(reason)) => format!("  tried: {reason}\n"),
        Err(failure) => format!("  tried: {failure:?}\n"),
    }
}
