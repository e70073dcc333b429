//! A team's database on a real server: what it keeps and refuses, who may what, and how it is reached.

mod acceptance;
mod adoption;
#[expect(dead_code, reason = "the ledger's own tests use the rest")]
#[path = "../../../src-tauri/crates/outlay-ledger/tests/it/book.rs"]
mod book;
mod boundaries;
mod chaos;
mod counting;
mod device;
mod failures;
mod ledger;
mod members;
mod negatives;
mod people;
#[cfg(unix)]
mod pooler;
mod probing;
mod proxy;
mod setup;
mod stage;
mod team;
mod tls;
