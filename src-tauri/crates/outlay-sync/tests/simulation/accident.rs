//! Accidents that need several things at once, which few seeds have: each is staged.

use outlay_sync::{Bump, Direction, Purpose, Scope};

use crate::mutant::Mutant;
use crate::row;
use crate::server::Stored;
use crate::world::{Rates, TODAY, World};

/// What the accidents violate.
pub(crate) fn violations(mutant: Option<Mutant>) -> Vec<String> {
    let mut violations = fact_of_two(mutant);
    violations.extend(rewind_behind_a_lost_answer(mutant));
    violations
}

#[test]
fn accidents_lose_nothing() {
    assert_eq!(violations(None), Vec::<String>::new());
}

fn quiet_world(mutant: Option<Mutant>) -> World {
    let world = World::new(0, mutant);
    world.rates.set(Rates::default());
    world.server.borrow_mut().rights.iter_mut().for_each(|rights| rights.reads = Scope::Mine);
    world
}

fn import_fact(world: &World, device: usize) {
    let user = world.devices[device].borrow().user;
    world.devices[device].borrow_mut().add(row::fact(1, user, TODAY));
    world.sync(device, Purpose::Sync, Direction::Both);
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
