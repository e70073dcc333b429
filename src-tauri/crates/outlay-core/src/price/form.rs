//! The written form of the book, as `make_book.py` leaves it. Reads; decides nothing.
//!
//! Texts are borrowed from the embedded file and rates become integers while they are read, so that
//! the whole book costs a few milliseconds once.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The file.
#[derive(Deserialize)]
pub(super) struct BookForm {
    pub(super) version: &'static str,
    pub(super) digest: &'static str,
    pub(super) sources: Vec<&'static str>,
    pub(super) closed: Vec<&'static str>,
    pub(super) notes: Vec<&'static str>,
    /// Each read when it is its turn: all of them at once would be several times the book.
    #[serde(borrow)]
    pub(super) providers: Vec<&'static RawValue>,
}

/// A provider without its models.
#[derive(Deserialize)]
pub(super) struct ProviderHead {
    pub(super) id: &'static str,
    #[serde(default)]
    pub(super) names: Vec<&'static str>,
}

#[derive(Deserialize)]
pub(super) struct ProviderForm {
    pub(super) id: &'static str,
    #[serde(default)]
    pub(super) serves: Vec<&'static str>,
    #[serde(default)]
    pub(super) families: Vec<&'static str>,
    pub(super) models: Vec<ModelForm>,
}

#[derive(Deserialize)]
pub(super) struct ModelForm {
    pub(super) id: &'static str,
    #[serde(default)]
    pub(super) names: Vec<&'static str>,
    pub(super) src: Option<&'static str>,
    pub(super) differs: Option<&'static str>,
    pub(super) filled: Option<&'static str>,
    #[serde(default)]
    pub(super) region: Pairs,
    pub(super) prices: Vec<EntryForm>,
    #[serde(default)]
    pub(super) variants: Variants,
}

#[derive(Deserialize)]
pub(super) struct EntryForm {
    pub(super) from: Option<&'static str>,
    pub(super) rates: Option<Pairs>,
    #[serde(default)]
    pub(super) tiers: Vec<(i64, Pairs)>,
    #[serde(default)]
    pub(super) windows: Vec<(&'static str, &'static str, bool, Pairs)>,
    pub(super) src: Option<&'static str>,
    #[serde(default)]
    pub(super) assumed: bool,
}

/// Names with decimals, as billionths: `{"in":"2.5"}` is `[("in", 2_500_000_000)]`.
#[derive(Default)]
pub(super) struct Pairs(pub(super) Vec<(&'static str, i64)>);

/// Variants by name, in the file's order.
#[derive(Default)]
pub(super) struct Variants(pub(super) Vec<(&'static str, Vec<EntryForm>)>);

impl<'de: 'static> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de: 'static> Visitor<'de> for Reader {
            type Value = Pairs;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("names with decimals as texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::with_capacity(8);
                while let Some((name, decimal)) = map.next_entry::<&str, &str>()? {
                    let rate = billionths(decimal).ok_or_else(|| A::Error::custom(decimal))?;
                    pairs.push((name, rate));
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

impl<'de: 'static> Deserialize<'de> for Variants {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de: 'static> Visitor<'de> for Reader {
            type Value = Variants;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("variants by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Variants, A::Error> {
                let mut variants = Vec::new();
                while let Some(variant) = map.next_entry()? {
                    variants.push(variant);
                }
                Ok(Variants(variants))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// A plain decimal with at most nine decimals and no sign.
fn billionths(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || fraction.len() > 9 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let parts: i64 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    let scale = 10_i64.pow(9 - u32::try_from(fraction.len()).ok()?);
    Some(whole.parse::<i64>().ok()? * crate::money::NANOS_PER_DOLLAR + parts * scale)
}
