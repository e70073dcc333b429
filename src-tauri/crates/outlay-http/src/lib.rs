//! The loopback host: the one list of commands, events and the page, over HTTP on 127.0.0.1.
//!
//! It decides who may ask (`guard`, `session`) and how things travel; what a command does is the
//! application's matter. It listens on loopback only, asks for a token, and prints nothing: the
//! terminal starts it and says where it is. [`watch`], [`hours`], [`courier`], [`mirror`] and [`errand`] serve the window too.

mod events;
mod files;
mod guard;
mod page;
mod refusal;
mod routes;
mod server;
mod session;
#[cfg(test)]
mod tests;
mod token;

pub mod courier;
pub mod errand;
pub mod hours;
pub mod mirror;
pub mod watch;

pub use events::Feed;
pub use server::{ServeError, Server, Stop};
