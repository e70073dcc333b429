//! The team: one ledger on many machines, through a PostgreSQL of their own. Nothing here runs before a person connects
//! this ledger, and nothing by itself before they turn that on.
//!
//! How two sides become one is decided in `outlay-sync`. Here is what a person asks for: to set a server up, to try it,
//! to connect, to sync and to verify, to answer what sync could not decide, to leave.

mod adoption;
mod connection;
mod members;
mod open_questions;
mod password;
mod running;
mod schedule;
mod server;
mod setup;
mod status;
mod trial;
mod what_leaves;
mod words;

pub use adoption::{
    AdoptedColumn, AdoptedNow, AdoptionMonth, AdoptionPlan, AdoptionQuestion, AdoptionRequest, AdoptionUser,
    AdoptionVerdict, CachedTokens, CannotTake, adopt, plan as plan_adoption,
};
pub use connection::{ConnectRequest, LeaveRequest, OthersRows, SyncSetting, connect, leave, set};
pub use members::{
    AddMemberRequest, MemberChanged, Members, MembersRequest, RemoveMemberRequest, TeamMember,
};
pub use members::{add as add_member, list as list_members, remove as remove_member};
pub use open_questions::{
    AnswerAside, AnswerAsideRequest, Aside, Clash, OpenQuestions, SettleClashRequest, Side, answer_aside,
    list as list_questions, settle,
};
pub use running::{
    ComparedPart, RunRequest, SyncDirection, SyncOutlook, SyncVerified, Synced, plan, run, verify,
};
pub use schedule::run_when_due;
pub use setup::{InitRequest, Initialized, init};
pub use status::{AdoptedTable, SyncStatus, SyncStatusRequest, Team, show};
pub use trial::{SyncTrial, TrialRequest, TrialStep, test};
pub use what_leaves::Leaving;
