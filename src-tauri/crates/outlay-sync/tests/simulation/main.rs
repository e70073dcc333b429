//! The engine against a server and ledgers in memory: one seed is one run that can be repeated. Several people and
//! machines, everything that can go wrong, and what must hold afterwards.
//!
//! `OUTLAY_SYNC_SEEDS` sets how many seeds are run, `OUTLAY_SYNC_FIRST_SEED` where they begin.

mod book;
mod chance;
mod check;
mod connection;
mod mutant;
mod peril;
mod row;
mod server;
mod world;

use mutant::Mutant;
use outlay_sync::{Purpose, Scope};
use server::Stored;
use world::{Rates, World};

const SEEDS: u64 = 2_000;
/// A mutant must be found within so many.
const SEEDS_FOR_A_MUTANT: u64 = 1_000;
const EVENTS: usize = 60;

fn violations(seed: u64, mutant: Option<Mutant>) -> Vec<String> {
    let world = World::new(seed, mutant);
    for _ in 0..EVENTS {
        world.event();
    }
    world.settle()
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long it runs is the caller's choice, and tests have no host"
)]
fn number_from(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn nothing_is_lost_doubled_or_altered() {
    let first = number_from("OUTLAY_SYNC_FIRST_SEED", 0);
    let seeds = first..first + number_from("OUTLAY_SYNC_SEEDS", SEEDS);
    let broken = seeds.map(|seed| (seed, violations(seed, None))).filter(|(_, found)| !found.is_empty());
    let broken: Vec<_> = broken.take(3).collect();
    assert!(broken.is_empty(), "seeds and what they violate: {broken:#?}");
}

/// Two people hold a fact that neither may see of the other. The server loses it, and so does the machine that had
/// pushed it first: the other must push it, though it was never told more than that the key is taken.
fn fact_of_two(mutant: Option<Mutant>) -> Vec<String> {
    let world = World::new(0, mutant);
    world.rates.set(Rates::default());
    world.server.borrow_mut().rights.iter_mut().for_each(|rights| rights.reads = Scope::Mine);
    for device in [2, 0] {
        let user = world.devices[device].borrow().user;
        world.devices[device].borrow_mut().add(row::fact(1, user, world::TODAY));
        world.sync(device, Purpose::Sync);
    }
    world.server.borrow_mut().stored = Stored::default();
    let mut truth = world.truth.borrow_mut();
    (truth.rewinds, truth.copies) = (1, 1);
    drop(truth);
    let nothing = world.devices[2].borrow().copies[0].clone();
    world.devices[2].borrow_mut().book = nothing;
    world.settle()
}

#[test]
fn what_two_hold_outlives_the_one_that_pushed_it() {
    assert_eq!(fact_of_two(None), Vec::<String>::new());
}

/// The first seed of those tried that finds a mutant.
fn found_by(mutant: Mutant) -> Option<u64> {
    (0..SEEDS_FOR_A_MUTANT).find(|seed| !violations(*seed, Some(mutant)).is_empty())
}

#[test]
fn every_mutant_is_found() {
    // The quick one first: what it finds needs three accidents at once, which few seeds have.
    let survives = |mutant: &Mutant| fact_of_two(Some(*mutant)).is_empty() && found_by(*mutant).is_none();
    let survivors: Vec<_> = Mutant::ALL.into_iter().filter(survives).collect();
    assert!(survivors.is_empty(), "these went unnoticed: {survivors:?}");
}
