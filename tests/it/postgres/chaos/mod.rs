//! Several people and machines, one real server, and everything that can go wrong: one seed is one list of what
//! happens, and the network's and the processes' time is real.
//!
//! `OUTLAY_CHAOS_SEEDS` sets how many seeds are run, `OUTLAY_CHAOS_FIRST_SEED` where they begin.

#[path = "../../../../src-tauri/crates/outlay-sync/tests/simulation/chance.rs"]
mod chance;
mod check;
mod child;
mod site;
mod world;

use std::time::Instant;

use tokio::runtime::Builder;

use super::stage::Team;
use world::{Counts, World};

const SEEDS: u64 = 10;
const EVENTS: usize = 60;
/// The test's own path, for it starts itself.
const TEST: &str = "postgres::chaos::nothing_acknowledged_is_lost";
/// The people with machines: their names in the team, and whether they read everybody's rows.
const PEOPLE: [(&str, bool); 3] = [("ada", true), ("ben", true), ("cleo", false)];
/// The database that those of the runs are copies of; logins are called after it.
const TEAM: &str = "chaos";

#[expect(
    clippy::disallowed_methods,
    reason = "how long it runs is the caller's choice, and tests have no host"
)]
fn number_from(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// What went wrong in a run, and what happened in it.
fn run(seed: u64) -> (Vec<String>, Counts) {
    let mut world = World::new(seed);
    for _ in 0..EVENTS {
        world.event();
    }
    (world.settle(), world.counts)
}

#[expect(clippy::print_stdout, reason = "counts are part of what is shown")]
#[test]
fn nothing_acknowledged_is_lost() {
    if child::errand() {
        return;
    }
    let began = Instant::now();
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let team = Team::new(TEAM).await;
        for (who, reads_all) in PEOPLE {
            team.member(who, reads_all).await;
        }
    });
    // Nobody may be connected to a database that is copied.
    drop(runtime);
    let first = number_from("OUTLAY_CHAOS_FIRST_SEED", 0);
    let seeds: Vec<u64> = (first..first + number_from("OUTLAY_CHAOS_SEEDS", SEEDS)).collect();
    let halves: Vec<Vec<u64>> =
        [0, 1].map(|half| seeds.iter().copied().skip(half).step_by(2).collect()).into();
    let threads: Vec<_> = halves
        .into_iter()
        .map(|seeds| {
            std::thread::spawn(move || seeds.into_iter().map(|seed| (seed, run(seed))).collect::<Vec<_>>())
        })
        .collect();
    let runs: Vec<_> =
        threads.into_iter().flat_map(|thread| thread.join().expect("a run that ends")).collect();
    let counts = runs.iter().fold(Counts::default(), |sum, (_, (_, counts))| sum.and(counts));
    println!("{} runs in {:.0} s: {counts:?}", runs.len(), began.elapsed().as_secs_f32());
    let broken: Vec<_> = runs.into_iter().filter(|(_, (violations, _))| !violations.is_empty()).collect();
    assert!(broken.is_empty(), "seeds and what they violate: {broken:#?}");
}
