//! `outlay sync questions` and `settle`: what sync could not decide, and the answers.

use clap::{Args, Subcommand};
use outlay_app::Nothing;
use outlay_app::sync::{self, AnswerAside, AnswerAsideRequest, SettleClashRequest, Side};

use crate::failure::Failure;
use crate::render;
use crate::session::Session;

/// What sync could not decide.
#[derive(Debug, Args)]
pub(crate) struct Questions {}

/// Answers what sync could not decide.
#[derive(Debug, Args)]
#[command(after_help = "Until you answer, both sides keep what they have.")]
pub(crate) struct Settle {
    #[command(subcommand)]
    answer: Answer,
}

#[derive(Debug, Subcommand)]
enum Answer {
    /// Let this machine's value hold from now on
    Mine {
        /// The number that `questions` shows
        number: i32,
    },
    /// Let the server's value hold from now on
    Theirs {
        /// The number that `questions` shows
        number: i32,
    },
    /// Try rows once more that the server refused
    TryAgain,
    /// Push rows again that the server has no longer
    Restore,
    /// Accept that the server has them no longer; they stay and count here
    AcceptLoss,
}

impl Questions {
    /// Lists what sync could not decide.
    ///
    /// # Errors
    /// What the app refuses.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let questions = sync::list_questions(&session.app, Nothing {})?;
        let width = session.printer.terminal.width;
        session.printer.show(&questions, |open| render::sync::questions(open, width))
    }
}

impl Settle {
    /// Answers.
    ///
    /// # Errors
    /// What the app refuses.
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let app = &session.app;
        let aside = |answer| sync::answer_aside(app, AnswerAsideRequest { answer });
        let left = match self.answer {
            Answer::Mine { number } => sync::settle(app, SettleClashRequest { number, holds: Side::Mine }),
            Answer::Theirs { number } => {
                sync::settle(app, SettleClashRequest { number, holds: Side::Theirs })
            }
            Answer::TryAgain => aside(AnswerAside::TryAgain),
            Answer::Restore => aside(AnswerAside::Restore),
            Answer::AcceptLoss => aside(AnswerAside::AcceptLoss),
        }?;
        session.printer.say("the next `outlay sync run` does it");
        let width = session.printer.terminal.width;
        session.printer.show(&left, |open| render::sync::questions(open, width))
    }
}
