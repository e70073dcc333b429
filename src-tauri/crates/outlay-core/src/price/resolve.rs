//! From a provider and the name of a model, as a source writes them, to a model of the book.
//!
//! Exact name, then alias, then the declared forms of `name`, each recorded. Never by similarity; a
//! name that fits two models is priced as neither, unless one of them is its maker's.

use thiserror::Error;

use super::book::{Book, Model, Source};
use super::name::{Form, Normalisation, forms, plain, undated};

/// A model of the book that a name stands for. Resolve each distinct name once, then price rows.
#[derive(Debug, Clone)]
pub struct Resolved<'b> {
    pub(super) book: &'b Book,
    pub(super) model: &'b Model,
    /// Sold by another provider than its maker, of whose variants nothing is known.
    pub(super) resold: bool,
    normalisations: Vec<Normalisation>,
}

/// Why a name stands for no model.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
pub enum Unresolved {
    /// The book has no such provider.
    #[error("no prices of the provider `{0}`")]
    UnknownProvider(String),
    /// No provider is named, and the name does not tell whose model it is.
    #[error("`{0}` does not tell its provider")]
    NoProvider(String),
    /// The provider has no such model.
    #[error("no price of `{model}` at `{provider}`")]
    UnknownModel {
        /// The provider as the source names it.
        provider: String,
        /// The model as the source names it.
        model: String,
    },
    /// The name fits several models.
    #[error("`{model}` may be {}", candidates.join(" or "))]
    Ambiguous {
        /// The model as the source names it.
        model: String,
        /// The models that it fits, as `provider/model`.
        candidates: Vec<String>,
    },
}

impl Book {
    /// Finds the model that `model` names at `provider`; an empty provider means the model's maker.
    ///
    /// # Errors
    /// [`Unresolved`] where the book does not have exactly one model of that name.
    pub fn resolve(&self, provider: &str, model: &str) -> Result<Resolved<'_>, Unresolved> {
        let name = plain(model);
        let seller = provider.trim().to_lowercase();
        if seller.is_empty() {
            return self.at_maker(model, &name);
        }
        let own = self.provider(&seller).ok_or_else(|| Unresolved::UnknownProvider(provider.to_owned()))?;
        if let Some(found) = self.search(&[own], own, model, &name)? {
            return Ok(found);
        }
        let makers = &self.providers[own].serves;
        self.search(makers, own, model, &name)?.ok_or_else(|| Unresolved::UnknownModel {
            provider: provider.to_owned(),
            model: model.to_owned(),
        })
    }

    /// Whether a call of `model` that `provider` bills is one of the model that `name` stands for: written the same, or
    /// the same model of the book, or a dated snapshot of it. Where its maker knows both names, the maker decides; a
    /// name that the book does not have, or that may be several models, is only itself.
    pub fn is_of(&self, name: &str, provider: &str, model: &str) -> bool {
        let (name, model) = (name.trim(), model.trim());
        if name.is_empty() || model.is_empty() || name.eq_ignore_ascii_case(model) {
            return name.eq_ignore_ascii_case(model);
        }
        let decided_by = |seller: &&str| {
            let model_of = |text: &str| self.resolve(seller, text).ok().map(|found| found.model);
            let (wanted, found) = (model_of(name)?, model_of(model)?);
            let is_wanted = |found: &Model| std::ptr::eq(found, wanted);
            let of_snapshot = || undated(model).and_then(|text| model_of(&text));
            Some(is_wanted(found) || of_snapshot().is_some_and(is_wanted))
        };
        ["", provider].iter().find_map(decided_by).unwrap_or(false)
    }

    /// Whether some provider has a price of this name, or of several models that it may be.
    pub fn has(&self, model: &str) -> bool {
        let at =
            |seller: &str| matches!(self.resolve(seller, model), Ok(_) | Err(Unresolved::Ambiguous { .. }));
        at("") || self.providers.iter().any(|provider| at(provider.id))
    }

    fn at_maker(&self, model: &str, name: &Form) -> Result<Resolved<'_>, Unresolved> {
        let prefix = name.text.split_once('/').map(|(prefix, _)| prefix);
        let begins = |family: &&str| name.text.starts_with(*family);
        let by_family = || self.providers.iter().position(|provider| provider.families.iter().any(begins));
        let maker = prefix.and_then(|prefix| self.provider(prefix)).or_else(by_family);
        let maker = maker.ok_or_else(|| Unresolved::NoProvider(model.to_owned()))?;
        let found = self.search(&[maker], maker, model, name)?;
        let mut found = found.ok_or_else(|| Unresolved::UnknownModel {
            provider: self.providers[maker].id.to_owned(),
            model: model.to_owned(),
        })?;
        found.normalisations.push(Normalisation::Maker(self.providers[maker].id));
        Ok(found)
    }

    /// The one model among `makers` that the least changed form names.
    fn search(
        &self,
        makers: &[usize],
        seller: usize,
        model: &str,
        name: &Form,
    ) -> Result<Option<Resolved<'_>>, Unresolved> {
        let is_own =
            |text: &str| self.provider(text).is_some_and(|one| one == seller || makers.contains(&one));
        let forms = forms(name, &is_own);
        for same_weight in forms.chunk_by(|one, other| one.weight() == other.weight()) {
            let pairs = same_weight.iter().flat_map(|form| makers.iter().map(move |&maker| (form, maker)));
            let hits = pairs.filter_map(|(form, maker)| Some((form, maker, self.model(maker, &form.text)?)));
            let mut hits: Vec<(&Form, usize, &Model)> = hits.collect();
            hits.dedup_by(|one, other| std::ptr::eq(one.2, other.2));
            // Who makes a family sells it as it is; another maker of the list only sells it on.
            let is_of_family = |(form, maker, _): &(&Form, usize, &Model)| {
                self.providers[*maker].families.iter().any(|family| form.text.starts_with(family))
            };
            if hits.iter().filter(|hit| is_of_family(hit)).count() == 1 {
                hits.retain(is_of_family);
            }
            match hits.as_slice() {
                [] => {}
                [(form, maker, found)] => return Ok(Some(self.resolved(found, *maker, seller, form))),
                several => {
                    let candidates = several.iter().map(|(_, _, one)| format!("{}/{}", one.provider, one.id));
                    return Err(Unresolved::Ambiguous {
                        model: model.to_owned(),
                        candidates: candidates.collect(),
                    });
                }
            }
        }
        Ok(None)
    }

    fn resolved<'b>(&'b self, model: &'b Model, maker: usize, seller: usize, form: &Form) -> Resolved<'b> {
        let mut normalisations = form.steps.clone();
        if maker != seller {
            normalisations.push(Normalisation::Maker(self.providers[maker].id));
        }
        Resolved { book: self, model, resold: maker != seller, normalisations }
    }
}

impl<'b> Resolved<'b> {
    /// The book's name of the model: `anthropic/claude-opus-5`.
    pub fn canonical(&self) -> String {
        format!("{}/{}", self.model.provider, self.model.id)
    }

    /// The provider whose price list it is.
    pub fn provider(&self) -> &'b str {
        self.model.provider
    }

    /// The book's id of the model at its provider.
    pub fn model(&self) -> &'b str {
        self.model.id
    }

    /// What was changed in the name to find it, in order; empty for a name that the book has.
    pub fn normalisations(&self) -> &[Normalisation] {
        &self.normalisations
    }

    /// The same as a short text for the row; `None` for a name that the book has.
    pub fn normalisations_text(&self) -> Option<String> {
        let parts: Vec<String> = self.normalisations.iter().map(ToString::to_string).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// Who lists this model.
    pub fn source(&self) -> Source {
        self.model.source
    }

    /// Where another source is more than 5 % away today: which rates, and what it says.
    pub fn disagreement(&self) -> Option<&'b str> {
        self.model.differs
    }

    /// Rates that another source than [`Self::source`] has filled in.
    pub fn filled(&self) -> Option<&'b str> {
        self.model.filled
    }
}
