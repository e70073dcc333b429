//! Which models of the book a name may mean: for a person to choose from, never to price by.

use strsim::damerau_levenshtein;

use super::book::Book;
use super::name::{forms, plain};

/// A model that a name may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Whose price list.
    pub provider: String,
    /// The book's id of the model.
    pub model: String,
    /// How alike the names are, in thousandths, and a little more for the same provider.
    likeness: usize,
}

/// What is less alike is no help.
const LEAST: usize = 600;
/// A model of the same provider is likelier to be meant.
const OF_THE_SAME: usize = 100;

impl Book {
    /// Up to `most` models whose names are like this one, the likest first.
    pub fn suggest(&self, provider: &str, model: &str, most: usize) -> Vec<Suggestion> {
        let seller = self.provider(&provider.trim().to_lowercase());
        let is_own = |text: &str| self.provider(text).is_some();
        let wanted: Vec<String> = forms(&plain(model), &is_own).into_iter().map(|form| form.text).collect();
        let mut found: Vec<Suggestion> = Vec::new();
        for candidate in self.all_models() {
            let of_form = |form: &String| likeness(form, candidate.id);
            let likeness = wanted.iter().map(of_form).max().unwrap_or(0);
            if likeness >= LEAST {
                let is_same = seller.is_some() && self.provider(candidate.provider) == seller;
                let likeness = if is_same { likeness + OF_THE_SAME } else { likeness };
                let (provider, model) = (candidate.provider.to_owned(), candidate.id.to_owned());
                found.push(Suggestion { provider, model, likeness });
            }
        }
        found.sort_by(|one, other| {
            other.likeness.cmp(&one.likeness).then_with(|| one.model.cmp(&other.model))
        });
        // The same model at ten resellers is one suggestion.
        let mut seen = std::collections::HashSet::new();
        found.retain(|one| seen.insert(one.model.clone()));
        found.into_iter().take(most).collect()
    }
}

/// The share of letters that two names have in common, in thousandths.
fn likeness(one: &str, other: &str) -> usize {
    let longer = one.chars().count().max(other.chars().count()).max(1);
    1_000 - 1_000 * damerau_levenshtein(one, other).min(longer) / longer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggested(provider: &str, model: &str) -> String {
        let found = Book::embedded().suggest(provider, model, 3);
        let names: Vec<String> = found.iter().map(|one| format!("{}/{}", one.provider, one.model)).collect();
        format!("{provider}/{model}: {}", names.join(", "))
    }

    #[test]
    fn a_slip_finds_what_was_meant_and_nonsense_nothing() {
        let told = [
            suggested("openai", "gpt-4o-mni"),
            suggested("anthropic", "claude-opus-4-6-turbo"),
            suggested("openrouter", "anthropic/claude-opus-46"),
            suggested("acme", "zzzz-qqqq"),
        ];
        insta::assert_snapshot!(told.join("\n"));
    }
}
