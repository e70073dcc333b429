//! What must hold when everything has come to rest, whatever happened before.

use std::collections::{BTreeMap, BTreeSet};

use outlay_sync::{Reconcile, Report, Verified};
use uuid::Uuid;

use super::world::{Machine, World};

type Violations = Vec<String>;

/// A call as both sides say it.
const CALLS: &str = "SELECT concat_ws(' ', id, cost_nanos, tokens_input, floor(extract(epoch FROM created_at) * 1000)::bigint)
    FROM ai_generations ORDER BY id";

impl World {
    /// All machines sync undisturbed until nothing changes. Then people answer what they are asked, and all sync again.
    pub(super) fn settle(&mut self) -> Violations {
        self.end_transaction(true);
        // One more row from each machine: a copy of a ledger is noticed when both have something to say.
        (0..self.machines.len()).for_each(|machine| self.record(machine));
        let mut violations = Violations::new();
        self.come_to_rest(&mut violations);
        violations.extend(self.needless_questions());
        self.machines.iter_mut().for_each(|machine| machine.device.answer_questions());
        let reports = self.come_to_rest(&mut violations);
        (0..self.machines.len()).for_each(|machine| self.acknowledge(machine));
        for (machine, report) in reports.iter().enumerate() {
            self.check_machine(machine, report, &mut violations);
        }
        self.check_server(&mut violations);
        violations
    }

    /// Only of a ledger that is older than what it sent can rows be lost or refused so that a person must say.
    fn needless_questions(&self) -> Violations {
        if self.counts.restores + self.counts.clones > 0 {
            return Vec::new();
        }
        let refused = |machine: &Machine| {
            let device = &machine.device;
            device.book.ledger.read(|reader| reader.aside_counts(device.remote)).expect("a ledger").refused
        };
        let asked = self.machines.iter().enumerate().filter(|(_, machine)| refused(machine) > 0);
        asked.map(|(number, _)| format!("machine {number} asks about rows without need")).collect()
    }

    fn come_to_rest(&mut self, violations: &mut Violations) -> Vec<Report> {
        let mut reports = Vec::new();
        for _ in 0..8 {
            reports.clear();
            for machine in 0..self.machines.len() {
                let errand = self.errand(machine);
                let (report, ended) =
                    self.machines[machine].device.sync(&errand).expect("the server answers");
                if let Err(error) = ended {
                    violations.push(format!("machine {machine} does not sync undisturbed: {error:?}"));
                }
                reports.push(report);
            }
            if reports.iter().all(is_quiet) {
                return reports;
            }
        }
        violations.push(format!("it does not come to rest: {reports:?}"));
        reports
    }

    fn check_machine(&mut self, number: usize, report: &Report, violations: &mut Violations) {
        let mut wrong = |what: String| violations.push(format!("machine {number}: {what}"));
        if !matches!(report.verified, Some(Verified::Identical { .. })) {
            wrong(format!("not identical: {:?}", report.verified));
        }
        let Machine { device, .. } = &self.machines[number];
        let there = self.site.lines(&self.machines[number].login(), CALLS);
        let mut here: Vec<(Uuid, String)> = device
            .calls(|_, standing| standing.is_shown())
            .iter()
            .map(|call| {
                let millis = call.created_at.micros().div_euclid(1000);
                (call.id, format!("{} {} {} {millis}", call.id, call.cost.nanos(), call.tokens_input))
            })
            .collect();
        here.sort_unstable();
        let here: BTreeSet<String> = here.into_iter().map(|(_, call)| call).collect();
        let there: BTreeSet<String> = there.into_iter().collect();
        if here != there {
            let differing: Vec<_> = here.symmetric_difference(&there).take(5).collect();
            wrong(format!("{} rows here and {} there, such as {differing:?}", here.len(), there.len()));
        }
        let (waiting, aside, remote) = device
            .book
            .ledger
            .read(|reader| {
                let number = device.remote;
                Ok::<_, outlay_ledger::LedgerError>((
                    reader.waiting_row_count(number)?,
                    reader.aside_counts(number)?,
                    reader.remote(number)?,
                ))
            })
            .expect("a ledger");
        if waiting > 0 || aside.refused > 0 {
            let rows = device.book.ledger.read(|reader| reader.aside(device.remote, 5)).expect("a ledger");
            wrong(format!("{waiting} rows wait, {aside:?}: {rows:?}"));
        }
        if remote.state.reconcile != Reconcile::Done {
            wrong("something is still to be reconciled".into());
        }
        self.check_small(number, violations);
        let differences = self.machines[number].device.book.differences();
        if !differences.is_empty() {
            violations.push(format!("machine {number}: its sums are not those of its rows: {differences:?}"));
        }
    }

    /// Alerts and caps.
    fn check_small(&self, number: usize, violations: &mut Violations) {
        let machine = &self.machines[number];
        let query = format!(
            "SELECT concat_ws(' ', dedupe_key, severity, resolved, floor(extract(epoch FROM resolved_at) * 1000000)::bigint)
             FROM expense_alerts WHERE user_id = '{}' ORDER BY dedupe_key",
            machine.name()
        );
        let there = self.site.all_lines(&query);
        let mut here: Vec<String> = machine
            .device
            .alerts()
            .iter()
            .map(|alert| {
                let at = alert.resolved_at.map_or_else(String::new, |at| format!(" {}", at.micros()));
                let resolved = if alert.resolved { "t" } else { "f" };
                format!("{} {} {resolved}{at}", alert.dedupe_key, alert.severity)
            })
            .collect();
        here.sort_unstable();
        if here != there {
            violations.push(format!("machine {number}: alerts {here:?} here and {there:?} there"));
        }
        let query = format!(
            "SELECT concat_ws(' ', monthly_ai_cap_nanos, alert_threshold_pct) FROM cost_config WHERE user_id = '{}'",
            machine.name()
        );
        let caps = machine.device.caps();
        let here = format!("{} {}", caps.monthly_ai_cap_usd.nanos(), caps.alert_threshold_pct);
        if let Some(there) = self.site.all_lines(&query).first().filter(|there| **there != here) {
            violations.push(format!("machine {number}: caps {here} here and {there} there"));
        }
    }

    /// No acknowledged row is lost, none is altered, and none is there that nobody recorded.
    fn check_server(&self, violations: &mut Violations) {
        let there = self.site.all_lines("SELECT concat_ws(' ', id, cost_nanos, source) FROM ai_generations");
        let there: Vec<(Uuid, i64, bool)> = there
            .iter()
            .map(|row| {
                let cells: Vec<&str> = row.split(' ').collect();
                (cells[0].parse().expect("an id"), cells[1].parse().expect("nanos"), cells[2] == "manual")
            })
            .collect();
        let stored: BTreeMap<Uuid, i64> = there.iter().map(|row| (row.0, row.1)).collect();
        for (id, (user, nanos)) in &self.truth.acknowledged {
            if stored.get(id) != Some(nanos) {
                violations.push(format!(
                    "a row of {user} is lost or altered: {id} {nanos}, there {:?}",
                    stored.get(id)
                ));
            }
        }
        for (id, nanos, _) in there.iter().filter(|(_, _, is_manual)| *is_manual) {
            if self.truth.recorded.get(id) != Some(nanos) {
                violations.push(format!("a row that nobody recorded so: {id} {nanos}"));
            }
        }
        let devices: BTreeSet<Uuid> =
            self.machines.iter().map(|machine| machine.device.identity().device_id).collect();
        if devices.len() < self.machines.len() {
            violations.push("two machines take themselves for the same".into());
        }
    }
}

fn is_quiet(report: &Report) -> bool {
    let moved = report.pushed + report.pulled + report.pairs + report.alerts + report.records;
    moved + report.pushed_again + report.missing + report.returned == 0
}
