//! The engine between real ledgers, as the program syncs them, and a server in memory.
//!
//! What the server must be is the simulation's; here is what people do on their machines, and what they see then.

mod book;
mod connection;
mod meeting;
mod perils;
mod random;
mod server;
mod settling;
mod speed;
mod team;
