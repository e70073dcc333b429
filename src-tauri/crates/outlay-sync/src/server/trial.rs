//! A connection tried step by step, for whoever sets it up: how far it comes, in words.
//!
//! The steps are read off the one way to connect: there is no second one that could behave otherwise.

use crate::server::address::{Address, Encryption};
use crate::server::connect::{Limits, connect};
use crate::server::failure::{Failure, Stage};
use crate::server::password::Password;
use crate::server::probe::{Access, Found, Membership, Probe, ReadOnly, TeamLedger, probe, version_words};
use crate::server::setup::missing_for_init;
use crate::server::{Engine, MissingRight};

/// A step of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub stage: Stage,
    /// What became of it.
    pub state: StepState,
    /// What was found.
    pub words: String,
    /// What a person can do; empty where there is nothing to do.
    pub hint: String,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// It went well.
    Passed,
    /// It did not.
    Failed,
    /// One before it failed.
    NotTried,
}

/// What a trial showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// Every step, in the order of [`Stage`].
    pub steps: Vec<Step>,
    /// What the connection led to, if it stood.
    pub probe: Option<Probe>,
    /// What creating a ledger here would lack; empty where one is there or nothing is lacking.
    pub missing: Vec<MissingRight>,
}

/// Tries an address. A failure is a part of the answer.
pub async fn try_connection(address: &Address, password: Option<&Password>, limits: Limits) -> Trial {
    let looked = async {
        let server = connect(address, password, limits).await?;
        let probe = probe(&server).await?;
        let missing = match probe.found {
            Found::Nothing if probe.engine.objection().is_none() => missing_for_init(&server).await?,
            _ => Vec::new(),
        };
        Ok((probe, missing))
    };
    match looked.await {
        Ok((probe, missing)) => {
            Trial { steps: of_probe(address, &probe, &missing), probe: Some(probe), missing }
        }
        Err(failure) => Trial { steps: of_failure(address, &failure), probe: None, missing: Vec::new() },
    }
}

const STAGES: [Stage; 6] =
    [Stage::Name, Stage::Network, Stage::Tls, Stage::Login, Stage::Database, Stage::Rights];

fn of_failure(address: &Address, failure: &Failure) -> Vec<Step> {
    let step = |stage: Stage| match stage.cmp(&failure.stage()) {
        std::cmp::Ordering::Less => passed(stage, reached(address, stage)),
        std::cmp::Ordering::Equal => failed(stage, failure.to_string(), failure.hint()),
        std::cmp::Ordering::Greater => {
            Step { stage, state: StepState::NotTried, words: String::new(), hint: String::new() }
        }
    };
    STAGES.into_iter().map(step).collect()
}

fn of_probe(address: &Address, probe: &Probe, missing: &[MissingRight]) -> Vec<Step> {
    let mut steps: Vec<Step> =
        STAGES[..4].iter().map(|stage| passed(*stage, reached(address, *stage))).collect();
    let database = database(probe);
    let usable = database.state == StepState::Passed;
    steps.push(database);
    steps.push(match (usable, &probe.found) {
        (true, Found::Ledger(ledger)) => rights(ledger, probe.read_only),
        (true, Found::Foreign(_)) => passed(Stage::Rights, "the login may look at the catalogue".into()),
        (true, _) if missing.is_empty() => passed(Stage::Rights, "the login may create the ledger".into()),
        (true, _) => {
            let lacking: Vec<_> = missing.iter().map(ToString::to_string).collect();
            let hint = "Setting it up, here or with `outlay sync init`, says the SQL that an administrator has to run.";
            failed(Stage::Rights, lacking.join("; "), hint)
        }
        (false, _) => Step {
            stage: Stage::Rights,
            state: StepState::NotTried,
            words: String::new(),
            hint: String::new(),
        },
    });
    steps
}

fn reached(address: &Address, stage: Stage) -> String {
    match stage {
        Stage::Name => format!("{} is found", address.host),
        Stage::Network => format!("somebody answers at port {}", address.port),
        Stage::Tls => match address.encryption {
            Encryption::None => "the server is on this machine, so nothing needs to be hidden".into(),
            Encryption::Verified { .. } => "encrypted, and the certificate is the server's".into(),
        },
        Stage::Login => format!("{} is let in", address.user),
        Stage::Database | Stage::Rights => String::new(),
    }
}

fn database(probe: &Probe) -> Step {
    let stage = Stage::Database;
    if let Some(objection) = probe.engine.objection() {
        return failed(stage, objection, "A hosted PostgreSQL of any provider will do.");
    }
    let version = match probe.engine {
        Engine::Postgres { version } | Engine::TooOld { version } => version_words(version),
        Engine::Untried(engine) => engine.name().into(),
    };
    match &probe.found {
        Found::Nothing => {
            let words = format!("PostgreSQL {version}; there is no ledger yet");
            Step {
                hint: "Setting it up, here or with `outlay sync init`, creates it.".into(),
                ..passed(stage, words)
            }
        }
        Found::Closed => failed(
            stage,
            format!("PostgreSQL {version}; there is a ledger, and this login is not a member"),
            "Whoever set it up can add the login, among the members or with `outlay sync members add`.",
        ),
        Found::Foreign(tables) => {
            let names: Vec<_> =
                tables.iter().map(|table| format!("{}.{}", table.schema, table.name)).collect();
            let words = format!(
                "PostgreSQL {version}; there are tables that Outlay did not make: {}",
                names.join(", ")
            );
            Step {
                hint:
                    "`outlay sync adopt` shows what can be taken over; nothing is written before you agree."
                        .into(),
                ..passed(stage, words)
            }
        }
        Found::Ledger(ledger) => of_ledger(ledger, &version),
    }
}

fn of_ledger(ledger: &TeamLedger, version: &str) -> Step {
    let stage = Stage::Database;
    let words = format!("PostgreSQL {version}; the ledger's schema is version {}", ledger.schema_version);
    match ledger.access() {
        Access::Full => passed(stage, words),
        Access::ReadOnly => {
            let hint = "Update Outlay on this machine; until then it pulls and does not push.";
            Step { hint: hint.into(), ..passed(stage, words) }
        }
        Access::None => failed(stage, words, "Update Outlay on this machine: the ledger is newer."),
        Access::NeedsUpgrade => failed(
            stage,
            words,
            "Whoever set it up brings it up to date: set it up again, here or with `outlay sync init`.",
        ),
    }
}

fn rights(ledger: &TeamLedger, read_only: Option<ReadOnly>) -> Step {
    let stage = Stage::Rights;
    let Some(Membership { user_id, read_all, can_write }) = &ledger.membership else {
        let hint =
            "Whoever set it up can add the login, among the members or with `outlay sync members add`.";
        return failed(stage, "the login is no member of the team".into(), hint);
    };
    let reads = if *read_all { "reads the whole team's rows" } else { "reads its own rows" };
    let writes = if *can_write { "and writes its own" } else { "and writes none" };
    let step = passed(stage, format!("the login is {user_id}, {reads} {writes}"));
    let hint = match read_only {
        None => return step,
        Some(ReadOnly::Standby) => "This server is a copy and takes no rows: name the primary one to push.",
        Some(ReadOnly::Setting) => "The server is read-only at present: pulling works, pushing waits.",
    };
    Step { hint: hint.into(), ..step }
}

fn passed(stage: Stage, words: String) -> Step {
    Step { stage, state: StepState::Passed, words, hint: String::new() }
}

fn failed(stage: Stage, words: String, hint: &str) -> Step {
    Step { stage, state: StepState::Failed, words, hint: hint.into() }
}
