//! The real window, as WebKit draws it, on a screen that nobody sees: opened, asked, driven and closed by
//! WebDriver. What the page does is tested in a browser; here stands what only a window has.
//!
//! `cargo xtask test` builds the window and the terminal and names both in the environment.

#[path = "../bus.rs"]
mod bus;
mod corner;
mod desk;
mod driver;
mod hands;
mod ledger;
mod notices;
mod offline;
#[path = "../sealed.rs"]
mod sealed;
mod services;
mod window;
