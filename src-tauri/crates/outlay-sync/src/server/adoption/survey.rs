//! Everything that a person is shown before a table is adopted, read in one transaction that can only read.

use super::{Original, Rows, finds, look, original, reading, rows_found, tables};
use crate::adoption::{
    Assumption, Cached, Choices, Finds, Layout, Question, Reading, Shape, assumptions, open_questions, read,
};
use crate::server::connect::Server;
use crate::server::failure::Failure;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// The tables that could be adopted, by schema and name.
    pub tables: Vec<(String, String)>,
    /// The one that was looked at.
    pub shape: Option<Shape>,
    /// How it can be read.
    pub reading: Reading,
    /// What a person decided, and what is plain without them.
    pub choices: Choices,
    /// What was found in its rows.
    pub finds: Finds,
    /// What its rows come to.
    pub rows: Rows,
    /// What the original's other tables say.
    pub original: Original,
    /// What is still to be answered.
    pub questions: Vec<Question>,
    /// What is taken for granted.
    pub assumptions: Vec<Assumption>,
}

/// Looks at what can be adopted, in the light of what a person decided.
///
/// # Errors
/// [`Failure`].
pub async fn survey(server: &Server, choices: &Choices) -> Result<Survey, Failure> {
    reading(server, surveyed(server, choices)).await
}

async fn surveyed(server: &Server, choices: &Choices) -> Result<Survey, Failure> {
    let tables = tables(server).await?;
    let mut survey = Survey { choices: choices.clone(), ..Survey::default() };
    let wanted = |(schema, table): &&(String, String)| {
        choices.schema.as_ref().is_none_or(|wanted| wanted == schema)
            && choices.table.as_ref().is_none_or(|wanted| wanted == table)
    };
    let fitting: Vec<_> = tables.iter().filter(wanted).cloned().collect();
    survey.tables = tables;
    let (schema, table) = match &*fitting {
        [] => return Ok(survey),
        [only] => only.clone(),
        several => {
            survey.questions.push(Question::Table(several.to_vec()));
            return Ok(survey);
        }
    };
    survey.shape = look(server, &schema, &table).await?;
    let Some(shape) = &survey.shape else { return Ok(survey) };
    (survey.choices.schema, survey.choices.table) = (Some(schema), Some(table));
    survey.reading = read(shape, choices);
    let Some(layout) = survey.reading.layout.clone() else { return Ok(survey) };
    // Until it is known where cached tokens stand, no row is left out for them.
    let cached = choices.cached.unwrap_or(Cached::Apart);
    survey.finds = finds(server, &Layout { cached, ..layout.clone() }).await?;
    survey.questions = open_questions(&survey.reading, &survey.finds, choices);
    survey.assumptions = assumptions(&survey.reading, &survey.finds, choices);
    survey.choices = survey.finds.completed(&survey.choices, &layout);
    let layout = Layout { cached: survey.choices.cached.unwrap_or(Cached::Apart), ..layout };
    survey.rows = rows_found(server, &layout).await?;
    if let Some(me) = &survey.choices.me {
        survey.original = original(server, &layout, me).await?;
    }
    survey.reading.layout = Some(layout);
    Ok(survey)
}
