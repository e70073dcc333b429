//! The local half of sync: what waits, what is compared, and how rows of other machines enter the book.

mod carrier;
mod machines;
mod pulling;
mod pushing;
mod records;
mod teams;
