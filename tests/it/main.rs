//! The windowless tests that cross crates: one binary, one module for each promise.

mod house;
mod layers;
mod migrations;
mod postgres;
