//! Adoption in words.

use outlay_sync::adoption::{Assumption, Finds, Question};
use outlay_sync::server::adoption::Survey;

use super::plan::AdoptionQuestion;

/// Why a table cannot be adopted.
pub(super) fn obstacles(survey: &Survey) -> Vec<String> {
    let mut obstacles: Vec<String> = survey.reading.obstacles.iter().map(ToString::to_string).collect();
    if survey.shape.is_none() && survey.questions.is_empty() {
        let names: Vec<_> = survey.tables.iter().map(|(schema, table)| format!("{schema}.{table}")).collect();
        obstacles.push(format!("there is no such table; there is {}", names.join(", ")));
    }
    match survey.rows.doubled_ids {
        0 => {}
        1 => obstacles.push("one id stands in more than one row".to_owned()),
        many => obstacles.push(format!("{many} ids stand in more than one row")),
    }
    obstacles
}

/// What must be said first.
pub(super) fn question(question: &Question, finds: &Finds) -> AdoptionQuestion {
    let (asks, choices, examples) = match question {
        Question::Table(tables) => (
            "Which table holds the calls?",
            tables.iter().map(|(schema, table)| format!("{schema}.{table}")).collect(),
            Vec::new(),
        ),
        Question::UserColumn(columns) => ("Which column says whose a row is?", columns.clone(), Vec::new()),
        Question::Me => (
            "Which of its users are you?",
            finds.users.iter().map(|user| user.user.clone()).collect(),
            Vec::new(),
        ),
        Question::Cached => (
            "Does the input contain cached tokens, or do they stand apart?",
            vec!["inside".to_owned(), "apart".to_owned()],
            finds.cached_examples.iter().map(example).collect(),
        ),
    };
    AdoptionQuestion { flag: question.flag(), asks: asks.to_owned(), choices, examples }
}

fn example(row: &outlay_sync::adoption::CachedExample) -> String {
    format!("{}: input {}, cached {}", row.model, row.input, row.cached)
}

/// What is taken for granted.
pub(super) fn assumption(assumption: &Assumption) -> String {
    match assumption {
        Assumption::Zone(zone) => {
            format!("its times name no time zone and are read as {zone}; --zone names another")
        }
        Assumption::CachedApart(1) => {
            "cached tokens stand apart from the input: one row has more of them than input".to_owned()
        }
        Assumption::CachedApart(rows) => {
            format!("cached tokens stand apart from the input: {rows} rows have more of them than input")
        }
        Assumption::OnlyUser(user) => format!("its only user, {user}, is you; --me names somebody else"),
    }
}
