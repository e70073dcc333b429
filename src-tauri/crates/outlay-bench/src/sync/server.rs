//! The server that sync is measured with, asked through `psql`, and the peer: `\copy` of the same rows into a table
//! like the one that they are in.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::child;

/// The database that is made anew for every measurement.
const DATABASE: &str = "outlay_bench";
/// The login that pushes and pulls, and its password.
const MEMBER: &str = "outlay_bench_ada";
pub(crate) const PASSWORD: &str = "of the bench alone";

/// A server, as its superuser reaches it.
#[derive(Debug)]
pub(crate) struct Server {
    user: String,
    pub(crate) password: String,
    /// Host and port.
    pub(crate) place: String,
}

impl Server {
    /// Reads `postgres://user:password@host:port/database`.
    ///
    /// # Errors
    /// Anything else.
    pub(crate) fn parse(address: &str) -> Result<Self> {
        let parts = || {
            let (login, place) = address.strip_prefix("postgres://")?.split_once('@')?;
            let (user, password) = login.split_once(':')?;
            let place = place.split_once('/').map_or(place, |(place, _)| place);
            Some(Self { user: user.into(), password: password.into(), place: place.into() })
        };
        parts().context("OUTLAY_TEST_POSTGRES is not postgres://user:password@host:port/database")
    }

    /// The address as its superuser, without the password.
    pub(crate) fn of_superuser(&self) -> String {
        format!("postgres://{}@{}/{DATABASE}", self.user, self.place)
    }

    /// The address as the member, by a port of this machine.
    pub(crate) fn of_member(&self, port: Option<u16>) -> String {
        let place = port.map_or_else(|| self.place.clone(), |port| format!("127.0.0.1:{port}"));
        format!("postgres://{MEMBER}@{place}/{DATABASE}")
    }

    /// The login that is to become a member.
    pub(crate) const fn member(&self) -> &'static str {
        MEMBER
    }

    /// Makes an empty database, and forgets the member.
    ///
    /// # Errors
    /// No `psql`; the server's own words.
    pub(crate) fn begin_anew(&self) -> Result<()> {
        self.psql("postgres", &[&format!("DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")])?;
        self.psql("postgres", &[&format!("DROP ROLE IF EXISTS {MEMBER}")])?;
        self.psql("postgres", &[&format!("CREATE DATABASE {DATABASE}")])?;
        Ok(())
    }

    /// Asks one thing after the other, as its superuser.
    ///
    /// # Errors
    /// No `psql`; the server's own words.
    pub(crate) fn ask(&self, questions: &[&str]) -> Result<String> {
        self.psql(DATABASE, questions)
    }

    /// A table like that of the calls, with its keys, checks and triggers, and no row.
    ///
    /// # Errors
    /// The server's own words.
    pub(crate) fn make_peer(&self) -> Result<()> {
        self.ask(&[
            "DROP SCHEMA IF EXISTS peer CASCADE",
            "CREATE SCHEMA peer",
            "CREATE TABLE peer.ai_generations (LIKE public.ai_generations INCLUDING ALL)",
            "DO $$ DECLARE trigger text; BEGIN
                FOR trigger IN SELECT replace(pg_get_triggerdef(oid), ' ON public.', ' ON peer.') FROM pg_trigger
                    WHERE tgrelid = 'public.ai_generations'::regclass AND NOT tgisinternal
                LOOP EXECUTE trigger; END LOOP; END $$",
            "CHECKPOINT",
        ])?;
        Ok(())
    }

    /// Writes the calls to a file, in the order in which they lie, for [`Server::copy`].
    ///
    /// # Errors
    /// The server's own words.
    pub(crate) fn export(&self, file: &Path) -> Result<()> {
        let columns = self.columns()?;
        self.ask(&[&format!(
            "\\copy (SELECT {columns} FROM public.ai_generations ORDER BY ctid) TO '{}'",
            file.display()
        )])?;
        Ok(())
    }

    /// How long `psql` takes to copy the file into the table that [`Server::make_peer`] made.
    ///
    /// # Errors
    /// The server's own words.
    pub(crate) fn copy(&self, file: &Path) -> Result<Duration> {
        let columns = self.columns()?;
        let copy = format!("\\copy peer.ai_generations ({columns}) FROM '{}'", file.display());
        child::time(self.command(DATABASE, &[&copy]))
    }

    /// All columns that are not computed.
    fn columns(&self) -> Result<String> {
        let columns =
            self.ask(&["SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
            WHERE attrelid = 'public.ai_generations'::regclass AND attnum > 0 AND NOT attisdropped
                AND attgenerated = ''"])?;
        Ok(columns.trim().to_owned())
    }

    fn psql(&self, database: &str, questions: &[&str]) -> Result<String> {
        Ok(child::run(&mut self.command(database, questions))?.output)
    }

    fn command(&self, database: &str, questions: &[&str]) -> Command {
        let mut psql = Command::new("psql");
        psql.args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-d"]);
        psql.arg(format!("postgres://{}@{}/{database}", self.user, self.place));
        questions.iter().for_each(|question| {
            psql.arg("-c").arg(question);
        });
        psql.env("PGPASSWORD", &self.password);
        psql
    }
}
