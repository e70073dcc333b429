//! The owner's records, caps and what applications are called: read with what both sides knew last, and changed only if
//! the user has not changed them since they were read.

use super::Done;
use super::columns::{self, Caps};
use crate::merge::{Cell, Clash, Column, Columns, LocalRecord, RecordChange, RecordKey};
use outlay_core::instant::Instant;
use outlay_ledger::sync::{BaseRecord, RecordKind, SyncConflict};
use outlay_ledger::{Application, LedgerError, Reader, Writer};

/// All records of the owner.
pub(super) fn all(reader: &Reader<'_>, remote: i64) -> Done<Vec<(RecordKey, LocalRecord)>> {
    let mut records = Vec::new();
    if let Some(values) = values(reader, remote, RecordKey::CostConfig)? {
        let unset = Caps::unset(reader.identity()?.zone).columns();
        records
            .push((RecordKey::CostConfig, with_base(reader, remote, RecordKey::CostConfig, values, unset)?));
    }
    for application in reader.own_applications()? {
        let key = RecordKey::Application(application.id);
        let unset =
            Application { name: application.project.clone(), merged_into: None, ..application.clone() };
        let values = as_wished(reader, remote, &application)?;
        records.push((key, with_base(reader, remote, key, values, columns::of_application(&unset))?));
    }
    Ok(records)
}

fn with_base(
    reader: &Reader<'_>,
    remote: i64,
    key: RecordKey,
    values: Columns,
    unset: Columns,
) -> Done<LocalRecord> {
    let (kind, name) = name(reader, key)?;
    let Some(known) = reader.base(remote, kind, &name)? else {
        return Ok(LocalRecord { values, base: unset, base_at: None, sent: None });
    };
    Ok(LocalRecord {
        values,
        base: columns::of_json(&known.base)?,
        base_at: known.base_at,
        sent: known.sent.as_deref().map(columns::of_json).transpose()?,
    })
}

fn name(reader: &Reader<'_>, key: RecordKey) -> Done<(RecordKind, String)> {
    Ok(match key {
        RecordKey::CostConfig => (RecordKind::CostConfig, reader.identity()?.owner),
        RecordKey::Application(id) => (RecordKind::Applications, id.to_string()),
    })
}

/// What the user sees of a record; `None` if there is none.
fn values(reader: &Reader<'_>, remote: i64, key: RecordKey) -> Done<Option<Columns>> {
    match key {
        RecordKey::CostConfig => {
            let identity = reader.identity()?;
            let row = reader.cost_config_row(&identity.owner)?;
            let caps = row.map(|row| Caps {
                config: row.config,
                zone: identity.zone,
                month_start_day: row.month_start_day,
            });
            Ok(caps.map(|caps| caps.columns()))
        }
        RecordKey::Application(id) => {
            let known = reader.own_applications()?.into_iter().find(|known| known.id == id);
            known.map(|known| as_wished(reader, remote, &known)).transpose()
        }
    }
}

/// An application that is to be merged into one that is not here yet says so, though it cannot be done.
fn as_wished(reader: &Reader<'_>, remote: i64, application: &Application) -> Done<Columns> {
    let mut values = columns::of_application(application);
    let base = match application.merged_into {
        Some(_) => None,
        None => reader.base(remote, RecordKind::Applications, &application.id.to_string())?,
    };
    let Some(base) = base else { return Ok(values) };
    if let Some(Cell::Text(into)) = columns::of_json(&base.base)?.remove(&Column::MergedInto)
        && !reader.applications()?.iter().any(|known| known.id.to_string() == into)
    {
        values.insert(Column::MergedInto, Cell::Text(into));
    }
    Ok(values)
}

/// Keeps a change of a record with what both sides changed, if the user has not changed it since it was read.
pub(super) fn take(
    writer: &mut Writer<'_>,
    remote: i64,
    change: &RecordChange,
    clashes: &[Clash],
    now: Instant,
) -> Done<()> {
    let here = values(&writer.reader(), remote, change.key)?;
    if here != change.read {
        return Ok(());
    }
    if here.as_ref() != Some(&change.record.values) {
        if !write(writer, change, now)? {
            return refuse(writer, remote, change, now);
        }
        writer.note_other_news()?;
    }
    for clash in clashes {
        note_clash(writer, remote, change, clash, now)?;
    }
    let (kind, name) = name(&writer.reader(), change.key)?;
    let LocalRecord { base, base_at, sent, .. } = &change.record;
    let base = BaseRecord {
        base: columns::to_json(base),
        base_at: *base_at,
        sent: sent.as_ref().map(columns::to_json),
    };
    writer.keep_base(remote, kind, &name, &base)?;
    if let RecordKey::Application(id) = change.key {
        writer.merge_awaited(remote, id)?;
    }
    Ok(())
}

/// Writes a record's values. `false` if they are none that this ledger takes.
fn write(writer: &mut Writer<'_>, change: &RecordChange, now: Instant) -> Done<bool> {
    match change.key {
        RecordKey::CostConfig => {
            let reader = writer.reader();
            let (owner, zone) = (writer.identity().owner.clone(), writer.identity().zone);
            let row = reader.cost_config_row(&owner)?;
            let unset = Caps::unset(zone);
            let before = row.map_or(unset, |row| Caps {
                config: row.config,
                month_start_day: row.month_start_day,
                ..unset
            });
            let Some(caps) = before.with(&change.record.values) else { return Ok(false) };
            if caps.zone != zone {
                writer.rebuild(caps.zone)?;
            }
            writer.set_cost_config_row(&owner, &caps.config, caps.month_start_day, now)?;
            Ok(true)
        }
        RecordKey::Application(id) => {
            let Some(application) = columns::application(id, &change.record.values) else { return Ok(false) };
            match writer.attempt(|| writer.set_application(&application)) {
                Ok(()) => Ok(true),
                Err(LedgerError::MergeCircle(_)) => Ok(false),
                Err(error) => Err(error.into()),
            }
        }
    }
}

/// Values of a server that this ledger does not take are shown, and what is here stays.
fn refuse(writer: &Writer<'_>, remote: i64, change: &RecordChange, now: Instant) -> Done<()> {
    let here = change.read.as_ref().map_or_else(|| "null".to_owned(), columns::to_json);
    let there = columns::to_json(&change.record.base);
    note(writer, remote, change.key, "refused", (here, there), now)
}

/// The value that was kept is the machine's own or the server's; the other one is offered.
fn note_clash(
    writer: &Writer<'_>,
    remote: i64,
    change: &RecordChange,
    clash: &Clash,
    now: Instant,
) -> Done<()> {
    let [kept, offered] = [&clash.kept, &clash.offered].map(|cell| columns::value(cell).to_string());
    let was_mine = change.read.as_ref().and_then(|read| read.get(&clash.column)) == Some(&clash.kept);
    let sides = if was_mine { (kept, offered) } else { (offered, kept) };
    note(writer, remote, clash.key, clash.column.as_str(), sides, now)
}

fn note(
    writer: &Writer<'_>,
    remote: i64,
    key: RecordKey,
    what: &str,
    (here, there): (String, String),
    now: Instant,
) -> Done<()> {
    let (kind, key) = match key {
        RecordKey::CostConfig => ("cost_config", writer.identity().owner.clone()),
        RecordKey::Application(id) => ("applications", id.to_string()),
    };
    let conflict = SyncConflict {
        number: 0,
        remote,
        kind: kind.to_owned(),
        key,
        what: what.to_owned(),
        here,
        there,
        at: now,
    };
    Ok(writer.note_conflict(&conflict)?)
}
