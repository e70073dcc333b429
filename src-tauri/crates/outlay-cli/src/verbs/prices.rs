//! `outlay prices`: names without a price, prices of one's own, and pricing the past anew. What is asked and done
//! before a change stands in `price_change`.

use clap::{Args, Subcommand};

use outlay_app::Nothing;
use outlay_app::prices::{
    self, ExportPrices, PriceRule, PriceSearch, PriceSubject, PriceToSet, VoidRepricing,
};

use super::price_change::{Change, change};
use crate::failure::Failure;
use crate::render;
use crate::session::{Session, parsed};

const EXAMPLES: &str = "\
Examples:
  $ outlay prices unpriced
  $ outlay prices set acme/reasoner-9 in=3 out=15 --yes
  $ outlay prices factor openai 0.9 --from 2026-06-01 --reprice everything --yes
  $ outlay prices undo";

const OF_SHOW: &str = "\
Examples:
  $ outlay prices show gpt-5
  $ outlay prices show anthropic opus --limit 20";

const OF_SET: &str = "\
Examples:
  $ outlay prices set acme/reasoner-9 in=3 read=0.3 out=15 --yes
  $ outlay prices set acme/reasoner-9 in=1.5 out=7.5 --for batch --from 2026-06-01 --yes";

const OF_FACTOR: &str = "\
Examples:
  $ outlay prices factor openai 0.9 --from 2026-06-01 --yes
  $ outlay prices factor openai/gpt-4o 0.85 --reprice everything --yes";

const OF_REMOVE: &str = "\
Examples:
  $ outlay prices set acme/reasoner-9 in=3 out=15 --yes
  $ outlay prices remove acme/reasoner-9 --yes";

/// What models cost beside the price book.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Prices {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Your own prices
    #[command(after_help = "Examples:\n  $ outlay prices list")]
    List,
    /// Names whose rows have no price, and what they may mean
    #[command(after_help = "Examples:\n  $ outlay prices unpriced")]
    Unpriced,
    /// Look a model up in the price book
    #[command(after_help = OF_SHOW)]
    Show {
        /// Words of the provider and the model
        #[arg(required = true, value_name = "TEXT")]
        text: Vec<String>,
        /// How many models
        #[arg(long, default_value_t = 5, value_name = "COUNT")]
        limit: u32,
    },
    /// Say what a model costs
    ///
    /// Rates are dollars per million: `in`, `read` (from a cache), `write` (to a cache), `long` (to a cache with the
    /// longer lifetime), `out`, `reasoning`, `requests`, or the name of another unit. A rate that is not named is that
    /// of the bucket which it is a part of.
    #[command(after_help = OF_SET)]
    Set {
        /// The name, as sources write it: PROVIDER/MODEL
        name: String,
        /// Rates in dollars per million, such as in=3
        #[arg(required = true, value_name = "UNIT=DOLLARS")]
        rates: Vec<String>,
        /// For calls of this service tier, `batch` or speed; without it for those that have none
        #[arg(long = "for", value_name = "VARIANT")]
        variant: Option<String>,
        #[command(flatten)]
        change: Change,
    },
    /// Say that a name is another name of a model that the price book has
    #[command(after_help = "Examples:\n  $ outlay prices same acme/our-four openai/gpt-4o --yes")]
    Same {
        /// The name, as sources write it: PROVIDER/MODEL
        name: String,
        /// The model that it is
        model: String,
        #[command(flatten)]
        change: Change,
    },
    /// Say that a name costs nothing
    #[command(after_help = "Examples:\n  $ outlay prices free acme/local-llama --yes")]
    Free {
        /// The name, as sources write it: PROVIDER/MODEL
        name: String,
        #[command(flatten)]
        change: Change,
    },
    /// Leave a name without a price, and ask about it no more; totals go on saying "at least"
    #[command(after_help = "Examples:\n  $ outlay prices ignore acme/experiment --yes")]
    Ignore {
        /// The name, as sources write it: PROVIDER/MODEL
        name: String,
        #[command(flatten)]
        change: Change,
    },
    /// Say how much of the price book's prices is paid: a discount, a markup
    #[command(after_help = OF_FACTOR)]
    Factor {
        /// A provider, or PROVIDER/MODEL
        name: String,
        /// The factor, such as 0.9
        times: String,
        #[command(flatten)]
        change: Change,
    },
    /// Take back what was said of a name and a day; rows keep the price that they have
    #[command(after_help = OF_REMOVE)]
    Remove {
        /// The name, as `outlay prices list` shows it
        name: String,
        /// The price for this variant
        #[arg(long = "for", value_name = "VARIANT", conflicts_with = "factor")]
        variant: Option<String>,
        /// The factor instead of the price
        #[arg(long)]
        factor: bool,
        #[command(flatten)]
        change: Change,
    },
    /// Price rows anew by the prices that hold
    #[command(after_help = "Examples:\n  $ outlay prices apply --yes")]
    Apply {
        #[command(flatten)]
        change: Change,
    },
    /// What a newer price book says otherwise about the models that you use
    ///
    /// Rows keep the price that they have; `outlay prices apply --reprice everything` prices them anew.
    #[command(after_help = "Examples:\n  $ outlay prices changes\n  $ outlay prices changes --seen")]
    Changes {
        /// They are known; tell them no more
        #[arg(long)]
        seen: bool,
    },
    /// What was priced anew
    #[command(after_help = "Examples:\n  $ outlay prices history")]
    History,
    /// Take back what was priced anew, with the prices that were set by it
    #[command(
        after_help = "Examples:\n  $ outlay prices set acme/reasoner-9 in=3 out=15 --yes\n  $ outlay prices undo"
    )]
    Undo {
        /// Its id, as `outlay prices history` shows it; the newest without
        id: Option<String>,
    },
    /// Price anew once more what was taken back
    #[command(
        after_help = "Examples:\n  $ outlay prices set acme/reasoner-9 in=3 out=15 --yes\n  $ outlay prices undo\n  $ outlay prices redo"
    )]
    Redo {
        /// Its id, as `outlay prices history` shows it; the newest without
        id: Option<String>,
    },
    /// Print your own prices as a file, to keep or give on
    #[command(after_help = "Examples:\n  $ outlay prices export > prices.json")]
    Export,
    /// Set the prices of such a file
    #[command(
        after_help = "Examples:\n  $ outlay prices export > prices.json\n  $ outlay prices import prices.json --yes"
    )]
    Import {
        /// The file
        file: String,
        #[command(flatten)]
        change: Change,
    },
}

impl Prices {
    /// Shows prices, or changes them after a look at what that does.
    ///
    /// # Errors
    /// A price that is none, a no, and what the app refuses.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let (app, printer) = (&session.app, &session.printer);
        let width = printer.terminal.width;
        match self.action.unwrap_or(Action::List) {
            Action::List => {
                let own = prices::list_own(app, Nothing {})?;
                printer.show(&own, |own| render::prices::own(own, width))
            }
            Action::Unpriced => unpriced(session),
            Action::Show { text, limit } => {
                let request = PriceSearch { text: text.join(" "), limit: Some(limit) };
                let found = prices::search(app, request)?;
                printer.show(&found, |found| render::price_search::found(found, width))
            }
            Action::Changes { seen } => {
                let told = if seen { prices::see_changes } else { prices::list_changes };
                let changes = told(app, Nothing {})?;
                printer.show(&changes, |changes| render::price_changes::changes(changes, width))
            }
            Action::History => {
                let history = prices::list_repricings(app, Nothing {})?;
                printer.show(&history, |history| render::prices::history(history, width))
            }
            Action::Undo { id } => {
                let undone = prices::undo(app, VoidRepricing { id })?;
                printer.show(&undone, render::prices::voided)
            }
            Action::Redo { id } => {
                let redone = prices::redo(app, VoidRepricing { id })?;
                printer.show(&redone, render::prices::voided)
            }
            Action::Export => {
                let file = prices::export(app, ExportPrices::default())?;
                printer.json(&file)
            }
            Action::Import { file, change: how } => change(session, Vec::new(), Some(file), how),
            Action::Apply { change: how } => change(session, Vec::new(), None, how),
            settling => {
                let (name, rule, how) = settling.said()?;
                let price = named(&name, rule, &how)?;
                change(session, vec![price], None, how)
            }
        }
    }
}

impl Action {
    /// What is said of a name.
    fn said(self) -> Result<(String, PriceRule, Change), Failure> {
        Ok(match self {
            Self::Set { name, rates, variant, change } => {
                let per_million = rates.iter().map(|rate| read_rate(rate)).collect::<Result<_, _>>()?;
                (name, PriceRule::Rates { variant, per_million }, change)
            }
            Self::Same { name, model, change } => {
                let (as_provider, as_model) = split(&model)?;
                (name, PriceRule::SameAs { as_provider, as_model }, change)
            }
            Self::Factor { name, times, change } => {
                (name, PriceRule::Factor { times: parsed(&times)? }, change)
            }
            Self::Remove { name, variant, factor, change } => {
                let price = PriceSubject::Price(variant.unwrap_or_default());
                let what = if factor { PriceSubject::Factor } else { price };
                (name, PriceRule::Withdrawn { what }, change)
            }
            Self::Ignore { name, change } => (name, PriceRule::Ignored, change),
            Self::Free { name, change } => (name, PriceRule::Free, change),
            other => return Err(Failure::usage(format!("{other:?} says nothing of a name"), "")),
        })
    }
}

fn unpriced(session: &Session) -> Result<(), Failure> {
    let queue = prices::list_unpriced(&session.app, Nothing {})?;
    let width = session.printer.terminal.width;
    session.printer.show(&queue, |queue| render::prices::queue(queue, width))?;
    if let Some(first) = queue.names.iter().find(|name| !name.ignored) {
        let name = format!("{}/{}", first.provider, first.model);
        session.printer.hint(&match first.suggestions.first() {
            _ if first.known_by_now => {
                "`outlay prices apply` gives them the prices that are known by now".to_owned()
            }
            Some(like) => {
                format!("if it is that, `outlay prices same {name} {}/{}`", like.provider, like.model)
            }
            None => format!("`outlay prices set {name} in=DOLLARS out=DOLLARS`, per million tokens"),
        });
    }
    Ok(())
}

fn named(name: &str, rule: PriceRule, how: &Change) -> Result<PriceToSet, Failure> {
    let is_factor =
        matches!(rule, PriceRule::Factor { .. } | PriceRule::Withdrawn { what: PriceSubject::Factor });
    let (provider, model) = match name.split_once('/') {
        None if is_factor => (name.to_owned(), String::new()),
        _ => split(name)?,
    };
    Ok(PriceToSet { provider, model, from: how.from()?, rule })
}

fn split(name: &str) -> Result<(String, String), Failure> {
    let parts = name.split_once('/').map(|(provider, model)| (provider.to_owned(), model.to_owned()));
    parts.ok_or_else(|| {
        Failure::usage(
            format!("`{name}` names no provider"),
            "write it as PROVIDER/MODEL, such as openai/gpt-4o",
        )
    })
}

fn read_rate(text: &str) -> Result<(String, outlay_app::Money), Failure> {
    let (unit, dollars) = text.split_once('=').ok_or_else(|| {
        Failure::usage(format!("`{text}` is no rate"), "write it as in=3: dollars per million tokens")
    })?;
    Ok((unit.trim().to_owned(), parsed(dollars.trim().trim_start_matches('$'))?))
}
