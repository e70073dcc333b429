//! What is believed about a name: the user's own word where there is one for the day, else the book, times the
//! user's factor.
//!
//! An own price is found by the exact names of the source, in any case; nothing is normalised, because the user saw
//! the name that they gave a price to. Own rates hold for the variant that they name and for no other.

use std::fmt;
use std::hash::{Hash, Hasher};

use super::book::{Book, BookPrice, Rates, Source};
use super::cost::{Guess, Item, Priced, UnpricedReason, Usage, bill};
use super::factor::Factor;
use super::own::{OwnPrice, OwnRule, Subject, is_same};
use super::resolve::{Resolved, Unresolved};
use super::terms::{BILLION, Part, asked};
use crate::instant::Instant;
use crate::money::Money;

/// The book and the user's own prices.
#[derive(Debug)]
pub struct Prices {
    book: &'static Book,
    /// Those that hold, by name, subject and day.
    own: Vec<OwnPrice>,
}

/// What is known of one name. Find each distinct name once, then price rows.
#[derive(Debug, Clone)]
pub struct Found<'b> {
    book: Result<Resolved<'b>, Unresolved>,
    own: Vec<OwnTerms<'b>>,
    factors: Vec<(&'b OwnPrice, Factor)>,
}

/// Which price a row was computed with; cheap to copy and to compare.
#[derive(Debug, Clone, Copy)]
pub struct PriceRef<'b> {
    book: Option<BookPrice<'b>>,
    own: Option<&'b OwnPrice>,
}

/// What a row comes to, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Charged<'b> {
    pub(super) cost: Money,
    pub(super) is_free: bool,
    pub(super) price: PriceRef<'b>,
    pub(super) guess: Option<Guess>,
    pub(super) part: Part,
    /// In billionths.
    pub(super) region: i64,
    pub(super) factor: Option<Factor>,
}

/// An own price, made ready.
#[derive(Debug, Clone)]
struct OwnTerms<'b> {
    price: &'b OwnPrice,
    says: Says<'b>,
}

#[derive(Debug, Clone)]
enum Says<'b> {
    /// Rates for calls of this variant.
    Rates(&'b str, Rates<'b>),
    SameAs(Result<Resolved<'b>, Unresolved>),
    Free,
    Nothing,
}

impl Prices {
    /// The book with these own prices, of which the latest word about a name and a day holds.
    pub fn new(book: &'static Book, mut own: Vec<OwnPrice>) -> Self {
        let about = |price: &OwnPrice| {
            let name = |text: &str| text.trim().to_lowercase();
            (name(&price.provider), name(&price.model), price.rule.subject(), price.valid_from)
        };
        own.sort_by_cached_key(|price| (about(price), std::cmp::Reverse((price.set_at, price.id))));
        own.dedup_by(|later, kept| about(later) == about(kept));
        own.retain(|price| !matches!(price.rule, OwnRule::Withdrawn { .. }));
        Self { book, own }
    }

    /// The book that this program was built with, and nothing else.
    pub fn of_book() -> Self {
        Self::new(Book::embedded(), Vec::new())
    }

    /// The own prices that hold.
    pub fn own(&self) -> &[OwnPrice] {
        &self.own
    }

    /// What to say of the name and the day of a price so that it holds what held there before these prices were
    /// followed by it.
    pub fn in_place_of(&self, price: &OwnPrice) -> OwnRule {
        let what = price.rule.subject();
        let held = self.own.iter().find(|own| {
            let is_named = is_same(&own.provider, &price.provider) && is_same(&own.model, &price.model);
            is_named && own.valid_from == price.valid_from && own.rule.subject() == what
        });
        held.map_or(OwnRule::Withdrawn { what }, |own| own.rule.clone())
    }

    /// What is known of a name, as a source writes it; an empty provider means the model's maker.
    pub fn find(&self, provider: &str, model: &str) -> Found<'_> {
        let of_provider = self.own.iter().filter(|own| is_same(&own.provider, provider));
        let named = of_provider.filter(|own| own.model.trim().is_empty() || is_same(&own.model, model));
        let mut found =
            Found { book: self.book.resolve(provider, model), own: Vec::new(), factors: Vec::new() };
        for price in named {
            let says = match &price.rule {
                OwnRule::Factor { times } => {
                    found.factors.push((price, *times));
                    continue;
                }
                OwnRule::Rates { variant, per_million } => {
                    let pairs = per_million.iter().map(|(unit, &rate)| (unit.as_str(), rate)).collect();
                    Says::Rates(variant, Rates::new(pairs))
                }
                OwnRule::SameAs { provider, model } => Says::SameAs(self.book.resolve(provider, model)),
                OwnRule::Free {} => Says::Free,
                OwnRule::Ignored {} => Says::Nothing,
                OwnRule::Withdrawn { .. } => continue,
            };
            found.own.push(OwnTerms { price, says });
        }
        found
    }
}

impl<'b> Found<'b> {
    /// Prices one row.
    pub fn price(&self, usage: &Usage<'_>) -> Priced<'b> {
        match self.charge(usage, |_| ()) {
            Ok(Charged { is_free: true, price, .. }) => Priced::Free { price },
            Ok(Charged { cost, guess, price, .. }) => Priced::Cost { cost, guess, price },
            Err(why) => Priced::Unpriced(why),
        }
    }

    /// The model of the book that the name stands for, whatever the user says.
    pub fn in_book(&self) -> Result<&Resolved<'b>, &Unresolved> {
        self.book.as_ref()
    }

    /// Whether anything is known of it that could give a row a price: a model of the book, or the user's word.
    pub fn knows_more(&self) -> bool {
        self.book.is_ok() || self.own.iter().any(|terms| !matches!(terms.says, Says::Nothing))
    }

    /// How the name was read to find a price, as a short text for the row; `None` for a name that the book has.
    pub fn reading(&self, price: PriceRef<'_>) -> Option<String> {
        let of_book = || self.book.as_ref().ok().and_then(Resolved::normalisations_text);
        match price.own.map(|own| &own.rule) {
            None => of_book(),
            Some(OwnRule::Factor { times }) => {
                let parts = of_book().into_iter().chain([format!("times {times}, as you said")]);
                Some(parts.collect::<Vec<_>>().join(", "))
            }
            Some(OwnRule::SameAs { provider, model }) => Some(format!("as {provider}/{model}, as you said")),
            Some(_) => Some("your price".to_owned()),
        }
    }

    /// What a row comes to; `each` sees every unit of it.
    pub(super) fn charge<'a>(
        &self,
        usage: &Usage<'a>,
        each: impl FnMut(Item<'a>),
    ) -> Result<Charged<'b>, UnpricedReason>
    where
        'b: 'a,
    {
        let Some(OwnTerms { price, says }) = self.own_in_force(usage) else {
            return self.by_book(usage, each);
        };
        let price = PriceRef { book: None, own: Some(price) };
        match says {
            Says::Nothing => Err(UnpricedReason::Ignored),
            Says::Free => Ok(Charged::flat(Money::ZERO, true, price)),
            Says::Rates(_, rates) => {
                let cost = bill(rates, usage, each)?.cost(BILLION, None)?;
                Ok(Charged::flat(cost, rates.free, price))
            }
            Says::SameAs(resolved) => at_list(resolved, usage, price.own, None, each),
        }
    }

    /// The own price that a row falls under: of those for its variant the last that had begun.
    fn own_in_force(&self, usage: &Usage<'_>) -> Option<&OwnTerms<'b>> {
        let asked = asked(usage.variant).ok();
        let is_meant = |terms: &&OwnTerms<'_>| match &terms.says {
            Says::Rates(variant, _) => asked.is_some_and(|asked| is_same(asked, variant)),
            Says::SameAs(_) | Says::Free | Says::Nothing => true,
        };
        let begun = self.own.iter().filter(|terms| terms.price.valid_from <= usage.at);
        begun.filter(is_meant).max_by_key(|terms| (terms.price.valid_from, terms.price.set_at))
    }

    fn by_book<'a>(
        &self,
        usage: &Usage<'a>,
        each: impl FnMut(Item<'a>),
    ) -> Result<Charged<'b>, UnpricedReason>
    where
        'b: 'a,
    {
        let begun = self.factors.iter().filter(|(price, _)| price.valid_from <= usage.at);
        // What is said of the model beats what is said of all models of the provider.
        let factor =
            begun.max_by_key(|(price, _)| (!price.model.trim().is_empty(), price.valid_from, price.set_at));
        if self.book.is_err() && !self.own.is_empty() {
            let variant = asked(usage.variant)?;
            let is_of_variant = !variant.is_empty();
            let reason = || UnpricedReason::NoRateForVariant(variant.to_owned());
            return Err(if is_of_variant { reason() } else { UnpricedReason::NoPriceAt });
        }
        at_list(&self.book, usage, factor.map(|&(price, _)| price), factor.map(|&(_, times)| times), each)
    }
}

/// What a row comes to at a price of the book, times a factor.
fn at_list<'a, 'b: 'a>(
    model: &Result<Resolved<'b>, Unresolved>,
    usage: &Usage<'a>,
    own: Option<&'b OwnPrice>,
    factor: Option<Factor>,
    each: impl FnMut(Item<'a>),
) -> Result<Charged<'b>, UnpricedReason> {
    let model = model.as_ref().map_err(Clone::clone)?;
    let terms = model.terms(usage)?;
    let cost = bill(terms.rates, usage, each)?.cost(terms.region, factor)?;
    let price = PriceRef { book: Some(terms.price), own };
    let (part, region, guess) = (terms.part, terms.region, terms.guess);
    Ok(Charged { cost, is_free: terms.rates.free, price, guess, part, region, factor })
}

impl<'b> Charged<'b> {
    fn flat(cost: Money, is_free: bool, price: PriceRef<'b>) -> Self {
        Self { cost, is_free, price, guess: None, part: Part::Base, region: BILLION, factor: None }
    }
}

impl<'b> PriceRef<'b> {
    /// From when this price holds; `None` where no source knows an earlier one.
    pub fn valid_from(&self) -> Option<Instant> {
        let of_book = || self.book.and_then(|book| book.valid_from());
        match self.own {
            // What is paid of a list price has two days; that of the list says more about the amount.
            Some(own) if self.book.is_none() => Some(own.valid_from),
            _ => of_book(),
        }
    }

    /// Who lists it; `None`: the user set it.
    pub fn source(&self) -> Option<Source> {
        self.book.map(|book| book.source())
    }

    /// The price of the book.
    pub fn book(&self) -> Option<BookPrice<'b>> {
        self.book
    }

    /// What the user said about it.
    pub fn own(&self) -> Option<&'b OwnPrice> {
        self.own
    }

    fn key(&self) -> (Option<BookPrice<'b>>, Option<uuid::Uuid>) {
        (self.book, self.own.map(|own| own.id))
    }
}

impl PartialEq for PriceRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for PriceRef<'_> {}

impl Hash for PriceRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl fmt::Display for PriceRef<'_> {
    /// The price id: that of the book, behind `own/ID/` where the user's word is part of it; `own/ID` is greater as
    /// a text than any version of the book, so that the user's word beats the book's.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.own, &self.book) {
            (None, None) => Ok(()),
            (None, Some(book)) => book.fmt(formatter),
            (Some(own), None) => write!(formatter, "own/{}", own.id),
            (Some(own), Some(book)) => write!(formatter, "own/{}/{book}", own.id),
        }
    }
}

impl Subject {
    /// What costs are about, for calls without a variant.
    pub fn usual_price() -> Self {
        Self::Price(String::new())
    }
}
