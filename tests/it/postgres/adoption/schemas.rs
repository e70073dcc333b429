//! Foreign schemas: the original as it is, and all that others make of it. Each is a name and what is done in a schema of its
//! own, which is the search path; the login may read and write all of it, but for what is taken back.

/// A call of the original design, with `$` where an id stands.
pub(super) const CALL: &str = "INSERT INTO ai_generations (id, clerk_user_id, generation_type, model_used, tokens_input,
    tokens_output, cost_usd, cached_tokens, created_at) VALUES
    ('10000000-0000-4000-8000-000000000001', 'user_ada', 'chat', 'gpt-5', 1000, 200, 0.0123, 100, '2026-05-03 10:00:00.123456+00'),
    ('10000000-0000-4000-8000-000000000002', 'user_bob', 'chat', 'gpt-5', 2000, 100, 0.5, 0, '2026-06-04 23:30:00+00')";

/// The original's table of calls, with what a database has of its own in place of some of its text.
pub(super) fn original(changes: &[(&str, &str)], rows: &str) -> String {
    let mut table = "CREATE TABLE ai_generations (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        clerk_user_id text NOT NULL,
        application_id uuid,
        generation_type text NOT NULL,
        model_used text NOT NULL,
        tokens_input integer NOT NULL DEFAULT 0,
        tokens_output integer NOT NULL DEFAULT 0,
        cost_usd real NOT NULL DEFAULT 0,
        input_summary text,
        output_summary text,
        duration_ms integer,
        error text,
        cached_tokens integer DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT now());"
        .to_owned();
    for (from, to) in changes {
        assert!(table.contains(from), "{from}");
        table = table.replacen(from, to, 1);
    }
    format!("{table}\n{rows};")
}

fn renamed(column: &str) -> String {
    CALL.replace("clerk_user_id", column)
}

/// The original with one row that is well, and one for each way of not being.
pub(super) fn odd() -> String {
    let nulls = [(" NOT NULL DEFAULT now()", ""), ("cost_usd real NOT NULL DEFAULT 0", "cost_usd real")];
    original(&nulls, ODD_VALUES)
}

/// A name, and the statements.
pub(super) fn all() -> Vec<(&'static str, String)> {
    let as_is = |rows: &str| original(&[], rows);
    let mut all = vec![
        ("original", as_is(CALL)),
        ("original_whole", format!(
            "{}
            CREATE TABLE expense_alerts (id uuid PRIMARY KEY, clerk_user_id text, alert_type text, severity text, message text,
                threshold real, actual real, resolved boolean DEFAULT false, resolved_at timestamptz, resolution text, created_at timestamptz);
            INSERT INTO expense_alerts (id, clerk_user_id, resolved) VALUES (gen_random_uuid(), 'user_ada', false),
                (gen_random_uuid(), 'user_ada', true), (gen_random_uuid(), 'user_bob', false);
            CREATE TABLE cost_config (clerk_user_id text PRIMARY KEY, monthly_ai_cap_usd real DEFAULT 10.0, alert_threshold_pct integer);
            INSERT INTO cost_config VALUES ('user_ada', 42.5, 80);",
            as_is(CALL)
        )),
        ("empty", as_is("SELECT 1")),
        ("cost_numeric", original(&[("cost_usd real", "cost_usd numeric(12,6)")], CALL)),
        ("cost_cents", original(&[("cost_usd real", "cost_usd numeric(10,2)")], CALL)),
        ("cost_double", original(&[("cost_usd real", "cost_usd double precision")], CALL)),
        ("cost_absent", original(&[("cost_usd real NOT NULL DEFAULT 0,", "")], &CALL.replace("cost_usd, ", "").replace("0.0123, ", "").replace("0.5, ", ""))),
        ("cost_money_type", original(&[("cost_usd real NOT NULL DEFAULT 0", "cost_usd money NOT NULL DEFAULT 0")], CALL)),
        ("time_without_zone", original(&[("created_at timestamptz", "created_at timestamp")], CALL)),
        ("time_in_seconds", original(&[("created_at timestamptz", "created_at timestamptz(0)")], CALL)),
        ("time_as_text", original(&[("created_at timestamptz NOT NULL DEFAULT now()", "created_at text")], CALL)),
        ("user_varchar", original(&[("clerk_user_id text", "owner_id varchar(64)")], &renamed("owner_id"))),
        ("user_uuid", original(&[("clerk_user_id text", "user_id uuid")], &renamed("user_id")
            .replace("'user_ada'", "'aaaaaaaa-0000-4000-8000-000000000000'").replace("'user_bob'", "'bbbbbbbb-0000-4000-8000-000000000000'"))),
        ("user_two_columns", original(&[("clerk_user_id text", "created_by text NOT NULL DEFAULT 'app', clerk_user_id text")], CALL)),
        ("user_of_no_known_name", original(&[("clerk_user_id text", "wer text")], &renamed("wer"))),
        ("user_null", original(&[("clerk_user_id text NOT NULL", "clerk_user_id text")], &CALL.replace("'user_bob'", "NULL"))),
        ("odd_names", original(&[("error text,", "error text, \"a \"\"quoted\"\" name; --\" text DEFAULT 'x',")], CALL)),
        ("upper_case", "CREATE TABLE \"AI_Generations\" (\"ID\" uuid PRIMARY KEY, \"Clerk_User_Id\" text, \"Model_Used\" text, \"Generation_Type\" text,
            \"Tokens_Input\" int, \"Tokens_Output\" int, \"Cost_USD\" real, \"Cached_Tokens\" int, \"Created_At\" timestamptz);
            INSERT INTO \"AI_Generations\" VALUES ('10000000-0000-4000-8000-000000000001', 'user_ada', 'gpt-5', 'chat', 10, 2, 0.25, 0, '2026-05-03Z');".to_owned()),
        ("extra_needed", original(&[("error text,", "error text, tenant text NOT NULL,")], "SELECT 1")),
        ("extra_generated", original(&[("error text,", "error text, total integer GENERATED ALWAYS AS (tokens_input + tokens_output) STORED,")], CALL)),
        ("cost_generated", original(&[("cost_usd real NOT NULL DEFAULT 0", "cost_usd real GENERATED ALWAYS AS (tokens_input * 0.001) STORED")],
            &CALL.replace("cost_usd, ", "").replace("0.0123, ", "").replace("0.5, ", ""))),
        ("no_unique_id", original(&[(" PRIMARY KEY DEFAULT gen_random_uuid()", "")], CALL)),
        ("doubled_ids", original(&[(" PRIMARY KEY DEFAULT gen_random_uuid()", "")], &format!("{CALL}; {CALL}"))),
        ("partial_unique", format!("{} CREATE UNIQUE INDEX ON ai_generations (id) WHERE cost_usd > 0;", original(&[(" PRIMARY KEY DEFAULT gen_random_uuid()", "")], CALL))),
        ("deferred_unique", original(&[("id uuid PRIMARY KEY DEFAULT gen_random_uuid()", "id uuid UNIQUE DEFERRABLE INITIALLY DEFERRED")], CALL)),
        ("partitioned", format!(
            "{} CREATE TABLE ai_generations_2026 PARTITION OF ai_generations FOR VALUES FROM ('2026-01-01') TO ('2027-01-01'); {CALL};",
            original(&[(" PRIMARY KEY DEFAULT gen_random_uuid()", " NOT NULL"), ("DEFAULT now());", "DEFAULT now(), PRIMARY KEY (id, created_at)) PARTITION BY RANGE (created_at);")], "SELECT 1"))),
        ("view", format!("{} ALTER TABLE ai_generations RENAME TO calls; CREATE VIEW ai_generations AS SELECT * FROM calls;", as_is(CALL))),
        ("row_security", format!("{} ALTER TABLE ai_generations ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON ai_generations USING (clerk_user_id = 'user_ada');", as_is(CALL))),
        ("foreign_key", format!("CREATE TABLE users (id text PRIMARY KEY); INSERT INTO users VALUES ('user_ada'), ('user_bob'); {}
            INSERT INTO ai_generations (clerk_user_id, generation_type, model_used, created_at) VALUES ('user_ada', 'chat', 'm', '2026-05-05Z');",
            original(&[("application_id uuid", "application_id uuid NOT NULL DEFAULT '00000000-0000-4000-8000-00000000000f' REFERENCES apps (id)"), ("CREATE TABLE ai_generations", "CREATE TABLE apps (id uuid PRIMARY KEY); INSERT INTO apps VALUES ('00000000-0000-4000-8000-00000000000f'); CREATE TABLE ai_generations")], CALL))),
        ("foreign_key_without_row", original(&[("application_id uuid", "application_id uuid NOT NULL DEFAULT gen_random_uuid() REFERENCES apps (id)"), ("CREATE TABLE ai_generations", "CREATE TABLE apps (id uuid PRIMARY KEY); CREATE TABLE ai_generations")], "SELECT 1")),
        ("check_of_words", original(&[("generation_type text NOT NULL", "generation_type text NOT NULL CHECK (generation_type IN ('summary', 'outline'))")], &CALL.replace("'chat'", "'summary'"))),
        ("trigger_that_raises", format!("{} CREATE FUNCTION nope() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'only the app writes here'; END $$;
            CREATE TRIGGER nope BEFORE INSERT ON ai_generations FOR EACH ROW EXECUTE FUNCTION nope();", as_is(CALL))),
        ("trigger_that_swallows", format!("{} CREATE FUNCTION hush() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
            CREATE TRIGGER hush BEFORE INSERT ON ai_generations FOR EACH ROW EXECUTE FUNCTION hush();", as_is(CALL))),
        ("id_bigint", original(&[("id uuid PRIMARY KEY DEFAULT gen_random_uuid()", "id bigserial PRIMARY KEY")], "SELECT 1")),
        ("cached_absent", original(&[("cached_tokens integer DEFAULT 0,", "")], &CALL.replace(", cached_tokens", "").replace("0.0123, 100", "0.0123").replace("0.5, 0", "0.5"))),
        ("cached_apart", as_is(&CALL.replace("0.0123, 100", "0.0123, 5000"))),
        ("provider_there", original(&[("error text,", "error text, provider text,")], CALL)),
        ("domains", format!("CREATE DOMAIN person AS text CHECK (value <> ''); CREATE DOMAIN key AS uuid; CREATE DOMAIN dollars AS numeric(20,9) NOT NULL DEFAULT 0; {}",
            original(&[("id uuid", "id key"), ("clerk_user_id text", "clerk_user_id person"), ("cost_usd real NOT NULL DEFAULT 0", "cost_usd dollars")], CALL))),
        ("enum_type", format!("CREATE TYPE kind AS ENUM ('chat', 'summary'); {}", original(&[("generation_type text", "generation_type kind")], CALL))),
        ("odd_values", odd()),
        ("select_only", format!("{} REVOKE INSERT ON ai_generations FROM adoption_reader;", as_is(CALL))),
        ("some_columns_only", format!("{} REVOKE ALL ON ai_generations FROM adoption_reader;
            GRANT SELECT (id, clerk_user_id, created_at, cost_usd) ON ai_generations TO adoption_reader;", as_is(CALL))),
        ("user_closed", format!("{} REVOKE ALL ON ai_generations FROM adoption_reader; GRANT SELECT (id, created_at) ON ai_generations TO adoption_reader;", as_is(CALL))),
    ];
    all.sort_by_key(|(name, _)| *name);
    all
}

const ODD_VALUES: &str = "INSERT INTO ai_generations (id, clerk_user_id, generation_type, model_used, tokens_input,
    tokens_output, cost_usd, cached_tokens, created_at) VALUES
    ('20000000-0000-4000-8000-000000000001', 'user_ada', 'chat', 'gpt-5', 10, 1, 0.1, 0, '2026-05-03Z'),
    ('20000000-0000-4000-8000-000000000002', 'user_ada', 'chat', 'gpt-5', 10, 1, 'NaN', 0, '2026-05-03Z'),
    ('20000000-0000-4000-8000-000000000003', 'user_ada', 'chat', 'gpt-5', 10, 1, 'Infinity', 0, '2026-05-03Z'),
    ('20000000-0000-4000-8000-000000000004', 'user_ada', 'chat', 'gpt-5', 10, 1, NULL, NULL, '2026-05-03Z'),
    ('20000000-0000-4000-8000-000000000005', 'user_ada', 'chat', 'gpt-5', -10, 1, 0.1, 0, '2026-05-03Z'),
    ('20000000-0000-4000-8000-000000000006', 'user_ada', 'chat', 'gpt-5', 10, 1, 0.1, 0, '0044-03-15 BC'),
    ('20000000-0000-4000-8000-000000000007', 'user_ada', 'chat', 'gpt-5', 10, 1, 0.1, 0, 'infinity'),
    ('20000000-0000-4000-8000-000000000008', 'user_ada', 'chat', 'gpt-5', 10, 1, 0.1, 0, NULL),
    ('20000000-0000-4000-8000-000000000009', '', 'chat', 'gpt-5', 10, 1, 0.1, 0, '2026-05-03Z'),
    ('20000000-0000-4000-8000-00000000000a', 'user_ada', 'chat', repeat('m', 1000000), 10, 1, 0.1, 0, '2026-05-03Z'),
    ('20000000-0000-4000-8000-00000000000b', 'user_ada', 'chat', 'gpt-5', 10, 1, 3e30, 0, '2026-05-03Z'),
    ('20000000-0000-4000-8000-00000000000c', 'user_ada', 'chat', 'gpt-5', 10, 1, -0.5, 0, '2026-05-04Z'),
    ('20000000-0000-4000-8000-00000000000d', 'user_ada', 'chat', 'gpt-5', 10, 1, 1e-12, 0, '2026-05-04Z')";
