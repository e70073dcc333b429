//! The user's applications: projects, workspaces and apps that sources name, renamed and merged at will.

use outlay_core::fact::Project;
use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use crate::error::LedgerError;
use crate::handle::{Reader, Writer};

/// The namespace of application ids: UUIDv5 of provider, account and project.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f75_746c_6179_4170_706c_6963_6174_696f);

/// An application of the user's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// UUIDv5 of provider, account and project.
    pub id: Uuid,
    /// Who bills it.
    pub provider: String,
    /// The account at the provider.
    pub account: String,
    /// The project as the source names it.
    pub project: String,
    /// The name that the user sees.
    pub name: String,
    /// The application that speaks for it, when it was merged.
    pub merged_into: Option<Uuid>,
}

/// The id of a project's application, which is created if it is new.
pub(crate) fn ensure(
    connection: &Connection,
    provider: &str,
    account: &str,
    project: &Project,
) -> Result<[u8; 16], LedgerError> {
    let key = serde_json::json!([provider, account, project.id]).to_string();
    let id = Uuid::new_v5(&NAMESPACE, key.as_bytes());
    let sql = "INSERT INTO applications (id, provider, account, project, name) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT DO NOTHING";
    connection.prepare_cached(sql)?.execute((
        id.as_bytes(),
        provider,
        account,
        &project.id,
        &project.name,
    ))?;
    Ok(*id.as_bytes())
}

impl Reader<'_> {
    /// All applications, by name.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn applications(&self) -> Result<Vec<Application>, LedgerError> {
        let sql =
            "SELECT id, provider, account, project, name, merged_into FROM applications ORDER BY name, id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let applications = statement.query_map([], read)?.collect::<Result<_, _>>()?;
        Ok(applications)
    }

    /// The applications that the owner's rows or the owner named, by name.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn own_applications(&self) -> Result<Vec<Application>, LedgerError> {
        let sql = "SELECT id, provider, account, project, name, merged_into FROM applications
            WHERE id NOT IN (SELECT key FROM of_others WHERE kind = 'applications') ORDER BY name, id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let applications = statement.query_map([], read)?.collect::<Result<_, _>>()?;
        Ok(applications)
    }

    /// The one application with this id or this name.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] when there is none, [`LedgerError::Ambiguous`] when the name is of several.
    pub fn application(&self, name_or_id: &str) -> Result<Application, LedgerError> {
        let mut matching: Vec<_> = self
            .applications()?
            .into_iter()
            .filter(|known| known.name == name_or_id || known.id.to_string() == name_or_id)
            .collect();
        match (matching.pop(), matching.is_empty()) {
            (Some(application), true) => Ok(application),
            (Some(_), false) => {
                Err(LedgerError::Ambiguous { kind: "application", id: name_or_id.to_owned() })
            }
            (None, _) => Err(LedgerError::NotFound { kind: "application", id: name_or_id.to_owned() }),
        }
    }
}

impl Writer<'_> {
    /// Gives an application another name.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] for an id that is not there.
    pub fn rename_application(&self, id: Uuid, name: &str) -> Result<(), LedgerError> {
        let changed = self
            .transaction
            .execute("UPDATE applications SET name = ?2 WHERE id = ?1", (id.as_bytes(), name))?;
        expect_one(changed, id)
    }

    /// Lets `into` speak for `id` in reports; the rows keep what they say. `None` takes that back.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] for an id that is not there, or a merge that would go in a circle.
    pub fn merge_application(&self, id: Uuid, into: Option<Uuid>) -> Result<(), LedgerError> {
        let mut speaker = into;
        while let Some(next) = speaker {
            if next == id {
                return Err(LedgerError::MergeCircle(id));
            }
            let sql = "SELECT merged_into FROM applications WHERE id = ?1";
            let found: Option<Option<[u8; 16]>> =
                self.transaction.query_row(sql, [next.as_bytes()], |row| row.get(0)).optional()?;
            speaker = found
                .ok_or(LedgerError::NotFound { kind: "application", id: next.to_string() })?
                .map(Uuid::from_bytes);
        }
        let into = into.map(|into| *into.as_bytes());
        let changed = self
            .transaction
            .execute("UPDATE applications SET merged_into = ?2 WHERE id = ?1", (id.as_bytes(), into))?;
        expect_one(changed, id)
    }

    /// The id of the application with this name that `log` uses, which is created if it is new.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn ensure_application(&self, provider: &str, account: &str, name: &str) -> Result<Uuid, LedgerError> {
        let project = Project { id: name.to_owned(), name: name.to_owned() };
        ensure(&self.transaction, provider, account, &project).map(Uuid::from_bytes)
    }
}

fn expect_one(changed: usize, id: Uuid) -> Result<(), LedgerError> {
    match changed {
        1 => Ok(()),
        _ => Err(LedgerError::NotFound { kind: "application", id: id.to_string() }),
    }
}

fn read(row: &rusqlite::Row<'_>) -> Result<Application, rusqlite::Error> {
    Ok(Application {
        id: Uuid::from_bytes(row.get(0)?),
        provider: row.get(1)?,
        account: row.get(2)?,
        project: row.get(3)?,
        name: row.get(4)?,
        merged_into: row.get::<_, Option<[u8; 16]>>(5)?.map(Uuid::from_bytes),
    })
}
