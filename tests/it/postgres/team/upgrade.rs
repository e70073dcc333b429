//! A server of schema 2 becomes one of the present schema, with what its imports contain.

use outlay_sync::server::{Outcome, init};
use outlay_sync::{Bucket, Remote, Scope, Table};
use outlay_tests::project_root;

use super::super::stage::{empty_database, text};
use super::{Crew, JUNE, call, entered, id, import_id};

#[test]
fn what_imports_contain_survives() {
    // Another ledger says how the versions are noted.
    let crew = Crew::new("upgrade_noted");
    let noted = crew.text("SELECT string_agg(format('(%s, %L, %L, %L)', version, name, applied_on, checksum), ', ') FROM outlay_schema_history WHERE version < 3");
    let old = crew.runtime.block_on(empty_database("upgrade_old"));
    let migrations = ["V0001__ledger.sql", "V0002__team.sql"].map(|name| {
        fs_err::read_to_string(project_root().join("migrations/postgres").join(name)).expect("a migration")
    });
    let (first, second) = (import_id(1), import_id(2));
    let key = |number: u64| call("ada", 1, number, None).id;
    let setup = format!(
        "CREATE SCHEMA outlay AUTHORIZATION outlay_owner; GRANT USAGE, CREATE ON SCHEMA public TO outlay_owner;
         GRANT USAGE ON SCHEMA public TO outlay_member, outlay_reader;
         SET ROLE outlay_owner; SET search_path = public; {} {}
         CREATE TABLE public.outlay_schema_history (version int4 PRIMARY KEY, name varchar(255), applied_on varchar(255), checksum varchar(255));
         INSERT INTO public.outlay_schema_history VALUES {noted};
         INSERT INTO outlay.members VALUES ('{login}', 'ada', false, true);
         INSERT INTO ai_generations (id, user_id, generation_type, model_used, created_at, import_id)
         SELECT key::uuid, 'ada', 'chat', 'm', '2026-06-01 01:00Z', '{first}' FROM unnest(ARRAY['{}', '{}', '{}']) AS key;
         INSERT INTO outlay.import_rows VALUES ('{second}', '{first}', '{}', '{}', 2, 'ada'), ('{first}', '{first}', '{}', '{}', 1, 'ada');
         RESET ROLE",
        migrations[0], migrations[1], key(1), key(2), key(3), key(2), key(3), key(1), key(1),
        login = crew.team.login("ada"),
    );
    crew.runtime.block_on(old.run(&setup)).expect("a ledger of schema 2");
    assert_eq!(crew.runtime.block_on(init(&old, "root", true)), Ok(Outcome::Done));
    let ask = |query| crew.runtime.block_on(text(&old, query));
    assert_eq!(
        ask("SELECT format('%s %s %s', schema_version, min_reader, min_writer) FROM outlay.meta"),
        "4 3 3"
    );
    assert_eq!(
        ask("SELECT count(*)::text FROM outlay.import_members"),
        "2",
        "what a row says itself has no line"
    );
    assert_eq!(ask("SELECT coalesce(to_regclass('outlay.import_rows')::text, 'gone')"), "gone");
    assert_eq!(ask("SELECT count(*)::text FROM counted_generations"), "3");

    drop(crew.member("ada", false));
    let ada = crew.runtime.block_on(super::super::stage::enter(&old, &crew.team.login("ada")));
    let mut ada = entered(&ada);
    let mut contained = |import| {
        let mut keys = ada.keys(Table::ImportMembers, Bucket::Import(import), Scope::Mine).expect("keys");
        keys.sort_unstable();
        keys
    };
    assert_eq!(contained(first), [key(1), key(2), key(3)]);
    assert_eq!(contained(second), [key(2), key(3)]);
    assert_ne!(id(JUNE, 1), key(1), "ids say their times");
}
