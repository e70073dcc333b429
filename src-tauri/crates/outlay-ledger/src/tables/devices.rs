//! Which machine rows belong to: the one whose import said them first, or on which they were recorded by hand.
//!
//! No rollup knows machines: one that did would cost every import something, and is needed by few. Where all rows of a
//! kind can be of one machine only, the rollup's sums are that machine's; the rows of a period are read where two
//! machines imported the same kind of export. So the answer is exact either way.

use outlay_core::period::{Day, Placer, Zone};
use outlay_core::report::{DeviceGroup, Devices, Dimensions, Person, Totals};
use rustc_hash::{FxHashMap, FxHashSet};
use uuid::Uuid;

use super::log::MANUAL;
use super::tallies::Whose;
use crate::counting::LeftOut;
use crate::counting::containment::Containment;
use crate::counting::recount::ids_of_days;
use crate::error::LedgerError;
use crate::handle::Reader;
use crate::rollup::Numbers;

/// An import as far as machines go.
struct Origin {
    id: [u8; 16],
    device: Uuid,
    imported_at: i64,
    user: String,
    source: String,
}

/// What tells the machine of a row.
struct Machines {
    this: Uuid,
    imports: FxHashMap<i64, Origin>,
    numbers: FxHashMap<[u8; 16], i64>,
    /// Whether any call was recorded by hand on another machine.
    any_elsewhere: bool,
}

/// What the rows of a dimension and a machine come to.
type Sums = FxHashMap<(i64, Option<Uuid>), Totals>;

impl Reader<'_> {
    /// Everybody whose rows are here: the owner, then the others by name.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn people(&self) -> Result<Vec<Person>, LedgerError> {
        let owner = self.identity()?.owner;
        let sql = "SELECT DISTINCT user_id FROM dimensions WHERE user_id <> ?1 ORDER BY user_id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let others = statement.query_map([&owner], |row| Ok(Person { name: row.get(0)?, is_me: false }))?;
        let others: Vec<Person> = others.collect::<Result<_, _>>()?;
        Ok(std::iter::once(Person { name: owner, is_me: true }).chain(others).collect())
    }

    /// What the rows of a range of days of `zone` come to by machine, both days included.
    ///
    /// # Errors
    /// Those of SQLite; a total beyond what the ledger holds.
    pub fn devices(&self, first: Day, last: Day, zone: Zone, whose: &Whose) -> Result<Devices, LedgerError> {
        let identity = self.identity()?;
        let machines = self.machines(identity.device_id, &identity.owner)?;
        let mut groups = Vec::new();
        let mut unsettled = FxHashMap::default();
        let has_sums = identity.zone == zone;
        let known = self.dimensions(whose)?;
        if has_sums {
            for (number, totals) in self.sums_by_dimension(first, last)? {
                let Some(dimensions) = known.get(&number) else { continue };
                match machines.only_one(dimensions) {
                    Some(device) => groups.push(group(dimensions, Some(device), totals)),
                    None => drop(unsettled.insert(number, dimensions)),
                }
            }
        } else {
            unsettled.extend(known.iter().map(|(&number, dimensions)| (number, dimensions)));
        }
        if !unsettled.is_empty() {
            let sums = self.sums_of_rows((first, last), zone, &unsettled, &machines)?;
            let of = |((number, device), totals)| group(unsettled[&number], device, totals);
            groups.extend(sums.into_iter().map(of));
        }
        Ok(Devices { this: machines.this, groups })
    }

    fn machines(&self, this: Uuid, owner: &str) -> Result<Machines, LedgerError> {
        let sql = "SELECT i.number, i.id, i.device_id, i.imported_at, coalesce(o.user_id, ?1), i.source
            FROM imports i LEFT JOIN of_others o ON o.kind = 'imports' AND o.key = i.id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([owner])?;
        let (mut imports, mut numbers) = (FxHashMap::default(), FxHashMap::default());
        while let Some(row) = rows.next()? {
            let origin = Origin {
                id: row.get(1)?,
                device: Uuid::from_bytes(row.get(2)?),
                imported_at: row.get(3)?,
                user: row.get(4)?,
                source: row.get(5)?,
            };
            numbers.insert(origin.id, row.get(0)?);
            imports.insert(row.get(0)?, origin);
        }
        let sql = "SELECT EXISTS (SELECT 1 FROM logged_elsewhere)";
        let any_elsewhere = self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(Machines { this, imports, numbers, any_elsewhere })
    }

    /// Reads the rows of some dimensions and adds them up by machine.
    fn sums_of_rows(
        &self,
        (first, last): (Day, Day),
        zone: Zone,
        of: &FxHashMap<i64, &Dimensions>,
        machines: &Machines,
    ) -> Result<Sums, LedgerError> {
        // No zone is more than a day from UTC.
        let ids = ids_of_days(i64::from(first.previous().number()), i64::from(last.next().number()));
        let containment = Containment::load(self.connection)?;
        let elsewhere = self.logged_elsewhere(ids)?;
        let sql = format!(
            "SELECT g.id, g.import_number, o.money, o.usage, {} FROM generations g LEFT JOIN left_out o ON o.id = g.id
             WHERE g.id BETWEEN ?1 AND ?2",
            Numbers::COLUMNS
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(ids)?;
        let (mut sums, mut placer) = (Sums::default(), Placer::new(zone));
        while let Some(row) = rows.next()? {
            let numbers = Numbers::from_row(row, 4)?;
            let Some(dimensions) = of.get(&numbers.dimension) else { continue };
            if !(first..=last).contains(&placer.place(numbers.created_at, numbers.period_end)) {
                continue;
            }
            let Some(totals) = numbers.totals(LeftOut::for_sums(row, 2)?) else { continue };
            let id: [u8; 16] = row.get(0)?;
            let device = match row.get::<_, Option<i64>>(1)? {
                Some(number) => machines.of_imported(number, &id, &dimensions.user, &containment),
                None => elsewhere.get(&id).copied().unwrap_or(Some(machines.this)),
            };
            let sum = sums.entry((numbers.dimension, device)).or_default();
            *sum = sum.checked_add(totals).ok_or(LedgerError::Overflow)?;
        }
        Ok(sums)
    }

    /// The machines of calls that were recorded by hand on others; `None` where nobody knows it.
    fn logged_elsewhere(
        &self,
        ids: ([u8; 16], [u8; 16]),
    ) -> Result<FxHashMap<[u8; 16], Option<Uuid>>, LedgerError> {
        let sql = "SELECT id, device_id FROM logged_elsewhere WHERE id BETWEEN ?1 AND ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(ids)?;
        let mut elsewhere = FxHashMap::default();
        while let Some(row) = rows.next()? {
            let device = Uuid::from_bytes(row.get(1)?);
            elsewhere.insert(row.get(0)?, Some(device).filter(|device| !device.is_nil()));
        }
        Ok(elsewhere)
    }
}

impl Machines {
    /// The machine of all rows of a dimension, if they can be of one only.
    fn only_one(&self, of: &Dimensions) -> Option<Uuid> {
        if of.source == MANUAL {
            return (!self.any_elsewhere).then_some(self.this);
        }
        let imports = self.imports.values();
        let own = imports.filter(|import| import.user == of.user && import.source == of.source);
        let devices: FxHashSet<Uuid> = own.map(|import| import.device).collect();
        let mut devices = devices.into_iter();
        devices.next().filter(|_| devices.next().is_none())
    }

    /// The machine of the first of the user's imports that hold the row and are not undone; of what was imported at the
    /// same instant the lesser id decides, so that every machine says the same. Without one, that of the import that
    /// brought it, or of another member's that holds it where that import is gone.
    fn of_imported(
        &self,
        brought_by: i64,
        id: &[u8; 16],
        user: &str,
        containment: &Containment,
    ) -> Option<Uuid> {
        let brought = self.imports.get(&brought_by);
        if !containment.is_shared(brought_by) {
            return brought.map(|import| import.device);
        }
        let holders = containment.live_holders(brought_by, id);
        let holders = holders.filter_map(|import| self.imports.get(self.numbers.get(&import.id)?));
        let first = holders.min_by_key(|import| (import.user != user, import.imported_at, import.id));
        let own = first.filter(|import| import.user == user);
        own.or(brought).or(first).map(|import| import.device)
    }
}

fn group(dimensions: &Dimensions, device: Option<Uuid>, totals: Totals) -> DeviceGroup {
    DeviceGroup { device, user: dimensions.user.clone(), basis: dimensions.basis, totals }
}
