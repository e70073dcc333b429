//! The windowless tests that cross crates: one binary, one module for each promise.

mod alerts;
mod bindings;
mod budgets;
mod claims;
mod contract;
mod delivery;
mod gate;
mod held_files;
mod house;
mod import_plan;
mod importing;
mod layers;
mod migrations;
mod original_queries;
mod outside;
mod pages;
mod postgres;
mod prices;
mod quiet;
mod raises;
mod review;
mod rules;
mod scene;
mod simulate;
mod stage;
mod upgrade;
