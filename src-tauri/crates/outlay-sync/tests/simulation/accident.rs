//! Accidents that need several things at once, which few seeds have: each is staged.

use outlay_sync::{Bump, Column, Direction, Purpose, Scope};

use crate::mutant::Mutant;
use crate::row;
use crate::server::Stored;
use crate::world::{Moment, Perils, Rates, TODAY, World};

/// What the accidents violate.
pub(crate) fn violations(mutant: Option<Mutant>) -> Vec<String> {
    let mut violations = fact_of_two(mutant);
    violations.extend(rewind_behind_a_lost_answer(mutant));
    violations.extend(rewind_during_a_pull(mutant));
    violations.extend(rewind_of_what_was_only_pulled(mutant));
    violations.extend(record_that_changes_under_way(mutant));
    violations
}

#[test]
fn accidents_lose_nothing() {
    assert_eq!(violations(None), Vec::<String>::new());
}

fn quiet_world(mutant: Option<Mutant>) -> World {
    let mut world = World::new(0, mutant);
    world.perils = Perils::default();
    world.rates.set(Rates::default());
    world.server.borrow_mut().rights.iter_mut().for_each(|rights| rights.reads = Scope::Mine);
    world
}

fn import_fact(world: &World, device: usize) {
    let user = world.devices[device].borrow().user;
    world.devices[device].borrow_mut().add(row::fact(1, user, TODAY));
    sync(world, device);
}

fn sync(world: &World, device: usize) {
    world.sync(device, Purpose::Sync, Direction::Both);
}

fn set(world: &World, device: usize, column: Column, value: i64) {
    world.change_setting(&mut world.devices[device].borrow_mut(), column, value);
}

fn lose_everything(world: &World) {
    world.server.borrow_mut().stored = Stored::default();
    world.truth.borrow_mut().rewinds += 1;
}

/// Two people hold a fact that neither may see of the other. The server loses it, and so does the machine that had
/// pushed it first: the other must push it, though it was never told more than that the key is taken.
fn fact_of_two(mutant: Option<Mutant>) -> Vec<String> {
    let world = quiet_world(mutant);
    import_fact(&world, 2);
    import_fact(&world, 0);
    world.server.borrow_mut().stored = Stored::default();
    let mut truth = world.truth.borrow_mut();
    (truth.rewinds, truth.copies) = (1, 1);
    drop(truth);
    let nothing = world.devices[2].borrow().copies[0].clone();
    world.devices[2].borrow_mut().book = nothing;
    world.settle()
}

/// Behind a pooler the server is set back while a machine speaks to it. The next statement raises the counter there,
/// and the machine is killed before it hears what the counter was.
fn rewind_behind_a_lost_answer(mutant: Option<Mutant>) -> Vec<String> {
    let world = quiet_world(mutant);
    import_fact(&world, 0);
    let state = &mut world.devices[0].borrow_mut().book.state.clone();
    world.server.borrow_mut().stored = Stored::default();
    let bump = Bump { device: state.device, counter: state.sent + 1, at_least: state.acknowledged };
    world.server.borrow_mut().raise(bump);
    state.sent += 1;
    world.devices[0].borrow_mut().book.state = state.clone();
    world.sync(0, Purpose::Sync, Direction::Both);
    let is_back = !world.server.borrow().stored.rows.is_empty();
    if is_back { Vec::new() } else { vec!["a rewind went unnoticed behind a lost answer".into()] }
}

/// Behind a pooler the server is set back while a machine pulls, and another machine of the same person writes its
/// settings there. They are newer than those that the first one knows, and nobody chose them over these.
fn rewind_during_a_pull(mutant: Option<Mutant>) -> Vec<String> {
    let world = quiet_world(mutant);
    set(&world, 0, Column::MonthlyAiCapNanos, 5);
    sync(&world, 0);
    world.stage(Moment::BeforeRecords, |world| {
        lose_everything(world);
        sync(world, 1);
    });
    world.sync(0, Purpose::Sync, Direction::Pull);
    world.settle()
}

/// What one machine pushed another one of the same person pulls, and does nothing else. The server loses it, and gets
/// it again from somebody else whose rows neither may see: nobody deleted it, so nobody is asked.
fn rewind_of_what_was_only_pulled(mutant: Option<Mutant>) -> Vec<String> {
    let world = quiet_world(mutant);
    import_fact(&world, 1);
    world.sync(0, Purpose::Sync, Direction::Pull);
    lose_everything(&world);
    import_fact(&world, 2);
    world.settle()
}

/// Two machines change different settings. The second has read what is there when the first one writes.
fn record_that_changes_under_way(mutant: Option<Mutant>) -> Vec<String> {
    let world = quiet_world(mutant);
    [0, 1].into_iter().for_each(|device| sync(&world, device));
    set(&world, 0, Column::MonthlyAiCapNanos, 5);
    set(&world, 1, Column::AlertThresholdPct, 6);
    world.stage(Moment::RecordsAreRead, |world| sync(world, 0));
    sync(&world, 1);
    world.settle()
}
