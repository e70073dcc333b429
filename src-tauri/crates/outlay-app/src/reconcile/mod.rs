//! What providers bill, held against what usage comes to; and whose money counts.
//!
//! It is about UTC days, as providers bill them, and about everybody's rows: a bill is a whole account's. How both
//! sides are compared is `outlay_core::report::reconcile`.

pub mod authority;

use std::collections::{BTreeMap, BTreeSet};

use outlay_core::period::{Day, Month, Zone};
use outlay_core::report::reconcile::{Books, MONTHS, Reconciliation, joined_account};
use serde::Deserialize;

use crate::app::App;
use crate::error::{ApiError, AppError};
use crate::reports;

/// Which days, and whose bill.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
#[serde(default, deny_unknown_fields)]
pub struct ReconcileRequest {
    /// A UTC month; the current one when neither it nor days are named.
    pub month: Option<Month>,
    /// The first UTC day, in place of a month.
    pub from: Option<Day>,
    /// The last UTC day, which is included.
    pub to: Option<Day>,
    /// Who bills; everybody when absent.
    pub provider: Option<String>,
    /// The account; every one when absent.
    pub account: Option<String>,
}

/// What providers bill against what usage comes to, day by day, by model, key and project, and by month.
///
/// # Errors
/// Days that are no range; those of the ledger.
pub fn show(app: &App, request: ReconcileRequest) -> Result<Reconciliation, ApiError> {
    app.read(|reader| {
        let (from, to) = days(app, request.month, (request.from, request.to))?;
        let month = Month::containing(to);
        let oldest = (1..MONTHS).fold(month, |month, _| month.previous());
        let rows = reader.rows_to_reconcile(from.min(oldest.first_day()), to.max(month.last_day()))?;
        let (files, accounts) = (reader.file_spans()?, reader.accounts_to_reconcile()?);
        let books = Books { rows: &rows, accounts: &accounts, files: &files, now: app.now() };
        let wanted = Wanted::of(request.provider.as_deref(), request.account.as_deref());
        Ok(books.reconcile(from, to, |provider, account| wanted.fits(provider, account)))
    })
}

/// The UTC days that a request means.
fn days(app: &App, month: Option<Month>, range: (Option<Day>, Option<Day>)) -> Result<(Day, Day), AppError> {
    let field = |field, problem: &str| Err(AppError::Field { field, problem: problem.to_owned() });
    match (month, range) {
        (Some(_), (Some(_), _) | (_, Some(_))) => field("month", "cannot be said beside `from` and `to`"),
        (None, (Some(from), Some(to))) => reports::check_range(from, to).map(|()| (from, to)),
        (None, (Some(_), None)) => field("to", "is missing: it is the last day"),
        (None, (None, Some(_))) => field("from", "is missing: it is the first day"),
        (month, (None, None)) => {
            let month = month.unwrap_or_else(|| Month::containing(app.today(Zone::UTC)));
            Ok((month.first_day(), month.last_day()))
        }
    }
}

/// Whose bill a request means; a provider's name is written in any case.
struct Wanted<'a> {
    provider: Option<&'a str>,
    account: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    fn of(provider: Option<&'a str>, account: Option<&'a str>) -> Self {
        Self { provider: provider.map(str::trim), account: account.map(str::trim) }
    }

    fn fits(&self, provider: &str, account: &str) -> bool {
        self.provider.is_none_or(|wanted| wanted.eq_ignore_ascii_case(provider))
            && self.account.is_none_or(|wanted| wanted == account)
    }

    /// The accounts that are meant, each with the names under which its rows stand.
    fn accounts(
        &self,
        known: &BTreeMap<String, BTreeMap<String, bool>>,
    ) -> BTreeMap<(String, String), BTreeSet<String>> {
        let mut accounts: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
        for (provider, names) in known {
            for name in names.keys() {
                let joined = joined_account(name, names.keys().map(String::as_str));
                if self.fits(provider, joined) {
                    let of = (provider.clone(), joined.to_owned());
                    accounts.entry(of).or_default().insert(name.clone());
                }
            }
        }
        accounts
    }
}
