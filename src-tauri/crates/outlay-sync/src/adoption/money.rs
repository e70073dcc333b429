//! Whether a row of the ledger and one of a foreign table say the same, as far as that table can say it.

use outlay_core::basis::CostBasis;
use outlay_ledger::sync::Generation;

use super::ADOPTED;
use super::layout::Layout;
use super::shape::ColumnKind;

/// Whether `there`, as it was read from the table, says what `here` says. A row that was read from the table before must
/// say just the same; one that was added there, what the table has columns for, as exactly as they keep it.
pub fn agrees(layout: &Layout, here: &Generation, there: &Generation) -> bool {
    if here.source == ADOPTED {
        // Who bills a model may have been learnt since; what the table says of it is in the fingerprint.
        return here.says_the_same(&Generation { provider: here.provider.clone(), ..there.clone() });
    }
    let text = |column: &Option<_>, one: &str, other: &str| column.is_none() || one == other;
    let count = |column: &Option<_>, one: i64, other: i64| column.is_none() || one == other;
    here.created_at == there.created_at
        && text(&layout.model, &here.model_used, &there.model_used)
        && text(&layout.generation_type, &here.generation_type, &there.generation_type)
        && count(&layout.tokens_input, here.tokens_input, there.tokens_input)
        && count(&layout.tokens_output, here.tokens_output, there.tokens_output)
        && count(&layout.cached_tokens, here.cached_tokens, there.cached_tokens)
        && says_the_cost(layout, here, there)
}

fn says_the_cost(layout: &Layout, here: &Generation, there: &Generation) -> bool {
    let Some(cost) = &layout.cost else { return true };
    if here.cost_basis == CostBasis::Unpriced || there.cost_basis == CostBasis::Unpriced {
        return here.cost_basis == there.cost_basis;
    }
    here.cost.nanos().abs_diff(there.cost.nanos()) <= tolerance(cost.kind, here.cost.nanos().unsigned_abs())
}

/// How far an amount may be off that such a column keeps, in nano-dollars.
fn tolerance(kind: ColumnKind, nanos: u64) -> u64 {
    match kind {
        // A float of four bytes has 24 bits, and shortest decimals are rounded to nano-dollars once more.
        ColumnKind::Real => (nanos >> 23) + 1,
        ColumnKind::Double => (nanos >> 52) + 1,
        ColumnKind::Numeric(Some(digits @ ..9)) => 10_u64.pow(9 - u32::from(digits)) / 2,
        ColumnKind::Numeric(_) => 0,
        _ => 500_000_000,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_a_float_keeps_is_within_tolerance(nanos in 0..9_000_000_000_000_000_i64) {
            let dollars = format!("{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000);
            let kept: f32 = dollars.parse().expect("a number");
            let shortest = kept.to_string();
            let (whole, digits) = shortest.split_once('.').unwrap_or((&shortest, ""));
            let digits: String = digits.chars().chain("000000000".chars()).take(9).collect();
            let back: i64 = format!("{whole}{digits}").parse().expect("nano-dollars");
            // Here digits are cut off and not rounded.
            prop_assert!(nanos.abs_diff(back) <= tolerance(ColumnKind::Real, nanos as u64) + 1);
        }
    }
}
