//! Which models of the book a name may mean: for a person to choose from, never to price by.

use strsim::normalized_damerau_levenshtein;

use super::book::Book;
use super::name::{forms, plain};

/// A model that a name may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// Whose price list.
    pub provider: String,
    /// The book's id of the model.
    pub model: String,
    /// How alike the names are, from 0 to 1.
    likeness: f64,
}

/// What is less alike is no help.
const LEAST: f64 = 0.6;

impl Book {
    /// Up to `most` models whose names are like this one, the likest first; of equals those of the same provider.
    pub fn suggest(&self, provider: &str, model: &str, most: usize) -> Vec<Suggestion> {
        let seller = self.provider(&provider.trim().to_lowercase());
        let is_own = |text: &str| self.provider(text).is_some();
        let wanted: Vec<String> = forms(&plain(model), &is_own).into_iter().map(|form| form.text).collect();
        let mut found: Vec<(bool, Suggestion)> = Vec::new();
        for candidate in self.all_models() {
            let of_form = |form: &String| normalized_damerau_levenshtein(form, candidate.id);
            let likeness = wanted.iter().map(of_form).fold(0.0, f64::max);
            if likeness >= LEAST {
                let is_same = seller.is_some() && self.provider(candidate.provider) == seller;
                let (provider, model) = (candidate.provider.to_owned(), candidate.id.to_owned());
                found.push((is_same, Suggestion { provider, model, likeness }));
            }
        }
        let order = |(is_same, one): &(bool, Suggestion)| (one.likeness, *is_same);
        found.sort_by(|one, other| {
            let (a, b) = (order(one), order(other));
            b.partial_cmp(&a)
                .unwrap_or(std::cmp::Ordering::Equal)
                .then_with(|| one.1.model.cmp(&other.1.model))
        });
        // The same model at ten resellers is one suggestion.
        let mut seen = std::collections::HashSet::new();
        found.retain(|(_, one)| seen.insert(one.model.clone()));
        found.into_iter().take(most).map(|(_, one)| one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(provider: &str, model: &str, expected: &[&str]) {
        let found = Book::embedded().suggest(provider, model, 3);
        let names: Vec<String> = found.iter().map(|one| format!("{}/{}", one.provider, one.model)).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn a_slip_finds_what_was_meant_and_nonsense_nothing() {
        check("openai", "gpt-4o-mni", &["openai/gpt-4o-mini", "openai/gpt-4o", "openai/o4-mini"]);
        check("anthropic", "claude-opus-4-6-turbo", &[]);
        check("acme", "zzzz-qqqq", &[]);
    }
}
