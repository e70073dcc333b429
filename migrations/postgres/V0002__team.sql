-- The team: who belongs to it, on which machines, what of the ledger travels besides the three tables of
-- V0001, who may see and write what, and which rows count.
--
-- Run as `outlay_owner`, which nobody can log in as. Beside it stand two groups, `outlay_member` and
-- `outlay_reader`, and a schema `outlay`; `sync init` makes them, for roles belong to the server and not to
-- this database.
-- Everybody has a login of their own: what a login may do is decided by `session_user`, which no statement
-- can change.
--
-- Not here: a feed of changes. Nothing below rules one out.

-- Which ledger this is. The id survives dump and restore, so that a machine notices another database.
CREATE TABLE outlay.meta (
    only_row       boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    ledger_id      uuid NOT NULL DEFAULT gen_random_uuid(),
    schema_version integer NOT NULL,
    -- The oldest schema that a program must know to read, and to write.
    min_reader     integer NOT NULL,
    min_writer     integer NOT NULL,
    -- What the columns of an adopted database are called; empty in one that Outlay made.
    mapping        jsonb NOT NULL DEFAULT '{}',
    created_at     timestamptz NOT NULL DEFAULT now()
);
INSERT INTO outlay.meta (schema_version, min_reader, min_writer) VALUES (2, 2, 2);

-- Which login is whom. A person has one name and may have several logins.
CREATE TABLE outlay.members (
    login     name PRIMARY KEY,
    user_id   text NOT NULL CHECK (user_id <> ''),
    read_all  boolean NOT NULL DEFAULT false,
    can_write boolean NOT NULL DEFAULT true
);

-- What a policy asks. As the owner, for a member does not see the list; by `session_user`, for
-- `current_user` is the owner in here.
CREATE FUNCTION outlay.my_user() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT user_id FROM outlay.members WHERE login = session_user
$$;
CREATE FUNCTION outlay.read_all() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce((SELECT read_all FROM outlay.members WHERE login = session_user),
                    pg_has_role(session_user, 'outlay_reader', 'MEMBER'))
$$;
CREATE FUNCTION outlay.can_write() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce((SELECT can_write FROM outlay.members WHERE login = session_user), false)
$$;

-- A machine. The counter grows with everything that it sends: one that is behind the machine's own says
-- that the server was set back, one that is ahead that the machine was.
CREATE TABLE outlay.devices (
    device_id   uuid PRIMARY KEY,
    login       name NOT NULL DEFAULT session_user,
    user_id     text NOT NULL DEFAULT outlay.my_user(),
    app_version text,
    counter     bigint NOT NULL DEFAULT 0 CHECK (counter >= 0),
    last_seen   timestamptz NOT NULL DEFAULT now()
);

-- What travels besides the rows: as in migrations/sqlite, with uuids for the numbers of imports, dates
-- for days, and the member whom it belongs to ---------------------------------------------------------

CREATE TABLE outlay.imports (
    id               uuid PRIMARY KEY,
    user_id          text NOT NULL DEFAULT outlay.my_user(),
    device_id        uuid NOT NULL,
    file_name        text NOT NULL,
    file_hash        bytea NOT NULL CHECK (octet_length(file_hash) = 32),
    file_bytes       bigint NOT NULL CHECK (file_bytes >= 0),
    source           text NOT NULL,
    provider         text NOT NULL,
    account          text NOT NULL,
    as_of            timestamptz NOT NULL,
    imported_at      timestamptz NOT NULL,
    -- UTC days that it covers, both included.
    first_day        date,
    last_day         date,
    -- The bounds of the rows that it brought.
    first_id         uuid,
    last_id          uuid,
    rows_new         bigint NOT NULL,
    rows_known       bigint NOT NULL,
    rows_restated    bigint NOT NULL,
    rows_quarantined bigint NOT NULL,
    rows_empty       bigint NOT NULL,
    rows_ignored     bigint NOT NULL,
    notes            jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(notes) = 'array'),
    CHECK (first_day <= last_day)
);
CREATE INDEX imports_by_source ON outlay.imports (source, account);

-- Known rows that an import contains too: of the rows whose import_id here is `holder_id`, those from
-- first_id to last_id.
CREATE TABLE outlay.import_rows (
    import_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    first_id  uuid NOT NULL,
    last_id   uuid NOT NULL,
    row_count bigint NOT NULL CHECK (row_count > 0),
    user_id   text NOT NULL DEFAULT outlay.my_user(),
    PRIMARY KEY (holder_id, first_id, import_id),
    CHECK (first_id <= last_id)
);

-- Undo and redo. The greatest revision of a target decides; on equal revision the void.
CREATE TABLE outlay.generation_voids (
    id        uuid PRIMARY KEY,
    user_id   text NOT NULL DEFAULT outlay.my_user(),
    device_id uuid NOT NULL,
    target    uuid NOT NULL,
    kind      text NOT NULL CHECK (kind IN ('import', 'generation')),
    action    text NOT NULL CHECK (action IN ('void', 'restore')),
    revision  bigint NOT NULL CHECK (revision > 0),
    reason    text NOT NULL,
    at        timestamptz NOT NULL
);
CREATE INDEX generation_voids_target ON outlay.generation_voids (target, revision DESC, action DESC);

-- Who speaks where two sets of rows describe the same money or the same usage. UTC days, both included.
CREATE TABLE outlay.authorities (
    id              uuid PRIMARY KEY,
    user_id         text NOT NULL DEFAULT outlay.my_user(),
    device_id       uuid NOT NULL,
    provider        text NOT NULL,
    account         text NOT NULL,
    first_day       date NOT NULL,
    last_day        date NOT NULL,
    covers          text NOT NULL CHECK (covers IN ('money', 'usage', 'rows')),
    source          text NOT NULL,
    speaker_account text NOT NULL,
    generation_type text NOT NULL, -- of `rows`; else empty
    import_id       uuid,
    over_import     uuid,
    revision        bigint NOT NULL CHECK (revision > 0),
    at              timestamptz NOT NULL,
    CHECK (first_day <= last_day),
    CHECK ((covers = 'rows') = (import_id IS NOT NULL))
);
CREATE INDEX authorities_of_account ON outlay.authorities (provider, account, covers);

-- Every version of every named budget. Two machines that write the same revision meet at the key: who
-- comes second reads what is there, and writes the next one.
CREATE TABLE outlay.budgets (
    id           uuid NOT NULL,
    revision     bigint NOT NULL CHECK (revision > 0),
    user_id      text NOT NULL DEFAULT outlay.my_user(),
    device_id    uuid NOT NULL,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    provider     text NOT NULL, -- empty: not by provider
    model        text NOT NULL, -- empty: not by model
    amount_nanos bigint NOT NULL CHECK (amount_nanos > 0),
    mode         text NOT NULL CHECK (mode IN ('notify', 'block')),
    warn_at_pct  integer NOT NULL CHECK (warn_at_pct BETWEEN 1 AND 100),
    removed      boolean NOT NULL,
    at           timestamptz NOT NULL,
    PRIMARY KEY (id, revision),
    CHECK ((provider = '') <> (model = ''))
);

-- A member's own prices. Rates are nano-dollars per million tokens, by bucket.
CREATE TABLE outlay.prices (
    id         uuid PRIMARY KEY,
    user_id    text NOT NULL DEFAULT outlay.my_user(),
    device_id  uuid NOT NULL,
    provider   text NOT NULL,
    model      text NOT NULL,
    valid_from timestamptz NOT NULL,
    rates      jsonb NOT NULL CHECK (jsonb_typeof(rates) = 'object'),
    at         timestamptz NOT NULL
);

-- What each member calls the projects of an account, and which are one to them: changed by comparing
-- what stands, as `cost_config` is. Their ids are the same for all.
CREATE TABLE outlay.applications (
    user_id     text NOT NULL DEFAULT outlay.my_user(),
    id          uuid NOT NULL,
    provider    text NOT NULL,
    account     text NOT NULL,
    project     text NOT NULL,
    name        text NOT NULL,
    merged_into uuid,
    PRIMARY KEY (user_id, id)
);

-- How a model's name was read and what was guessed about its price, and the line of the file: a machine that
-- begins anew gets its rows back whole.
ALTER TABLE public.ai_generations ADD COLUMN price_note text, ADD COLUMN source_line bigint;
-- Why an alert was foreseen; null: it was not.
ALTER TABLE public.expense_alerts ADD COLUMN expected text;

-- What is there stays ----------------------------------------------------------------------------------

CREATE FUNCTION outlay.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'outlay.% is append-only: what it says is answered by a newer row, never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

DO $$
DECLARE kept name;
BEGIN
    FOREACH kept IN ARRAY ARRAY['imports', 'import_rows', 'generation_voids', 'authorities', 'budgets', 'prices'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON outlay.%I
            FOR EACH ROW EXECUTE FUNCTION outlay.refuse_change()', kept || '_append_only', kept);
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON outlay.%I
            FOR EACH STATEMENT EXECUTE FUNCTION outlay.refuse_change()', kept || '_never_emptied', kept);
    END LOOP;
END
$$;

-- Of two resolutions the earlier one holds, whoever comes first: so all machines end at the same.
CREATE FUNCTION outlay.keep_resolution() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.resolved AND NOT (NEW.resolved AND coalesce(
        (NEW.resolved_at, NEW.resolution COLLATE "C") <= (OLD.resolved_at, OLD.resolution COLLATE "C"),
        OLD.resolved_at IS NULL)) THEN
        RAISE EXCEPTION 'an alert that is resolved stays so, and the earliest resolution holds'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER expense_alerts_stay_resolved BEFORE UPDATE ON public.expense_alerts
    FOR EACH ROW EXECUTE FUNCTION outlay.keep_resolution();

-- What counts: ledger.md, section 2, as the machines' own ledgers decide it ------------------------------

-- Imports and rows that do not count until they are restored.
CREATE VIEW outlay.voided AS
SELECT target FROM (
    SELECT DISTINCT ON (target) target, action FROM outlay.generation_voids
    ORDER BY target, revision DESC, action DESC
) AS latest WHERE action = 'void';

-- The live imports that hold a row: the one that brought it, and later ones that contain it too.
CREATE FUNCTION outlay.live_holders(generation uuid, brought_by uuid)
RETURNS TABLE (import_id uuid, as_of timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT holder.id, coalesce(i.as_of, '-infinity')
    FROM (
        SELECT brought_by AS id WHERE brought_by IS NOT NULL
        UNION
        SELECT r.import_id FROM outlay.import_rows r
        WHERE r.holder_id = brought_by AND generation BETWEEN r.first_id AND r.last_id
    ) AS holder
    LEFT JOIN outlay.imports i ON i.id = holder.id
    WHERE holder.id NOT IN (SELECT target FROM outlay.voided)
$$;

-- The rows that can be of one fact are neighbours: their ids differ in the last four bytes only. Everything is
-- named in full, for these are looked up by whoever asks, over rows that are not theirs.
CREATE FUNCTION outlay.first_neighbour(generation uuid) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (pg_catalog.left(generation::pg_catalog.text, 28) OPERATOR(pg_catalog.||) '00000000')::pg_catalog.uuid
$$;
CREATE FUNCTION outlay.last_neighbour(generation uuid) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (pg_catalog.left(generation::pg_catalog.text, 28) OPERATOR(pg_catalog.||) 'ffffffff')::pg_catalog.uuid
$$;

-- Of a fact with several rows, the one that speaks for it: the newest live content, in its newest pricing.
CREATE FUNCTION outlay.speaker_of(generation uuid, fact text) RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH rows_of_fact AS (
        SELECT g.id, coalesce(g.fingerprint, uuid_send(g.id)) AS content, g.cost_nanos,
            g.tokens_input + g.tokens_output AS tokens,
            coalesce(g.priced_at, '-infinity') AS priced_at, coalesce(g.price_id, '') COLLATE "C" AS price_id,
            CASE WHEN g.import_id IS NULL THEN 'infinity' ELSE newest.as_of END AS as_of,
            CASE WHEN g.import_id IS NULL THEN 'ffffffff-ffff-ffff-ffff-ffffffffffff' ELSE newest.import_id END AS import_id
        FROM public.ai_generations g
        LEFT JOIN LATERAL (
            SELECT h.import_id, h.as_of FROM outlay.live_holders(g.id, g.import_id) h
            ORDER BY h.as_of DESC, h.import_id DESC LIMIT 1
        ) AS newest ON true
        WHERE g.id BETWEEN outlay.first_neighbour(generation) AND outlay.last_neighbour(generation)
            AND coalesce(g.source_key, g.id::text) = fact
            AND g.id NOT IN (SELECT target FROM outlay.voided)
    ), live AS (
        SELECT DISTINCT ON (content) content, as_of, import_id FROM rows_of_fact
        WHERE as_of IS NOT NULL ORDER BY content, as_of DESC, import_id DESC
    ), pricing AS (
        SELECT DISTINCT ON (content) content, id, cost_nanos, tokens FROM rows_of_fact
        ORDER BY content, priced_at DESC, price_id DESC, id DESC
    )
    SELECT pricing.id FROM live JOIN pricing USING (content)
    ORDER BY as_of DESC, cost_nanos DESC, tokens DESC, import_id DESC, content DESC LIMIT 1
$$;

-- Whether an import that speaks for days of its source lacks a fact that stands only where it silences:
-- in one other import, or (`over` is null) in what is older.
CREATE FUNCTION outlay.is_replaced(speaker uuid, over_import uuid, generation uuid, brought_by uuid, fact text)
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM outlay.voided WHERE target = speaker)
        AND NOT EXISTS (
            SELECT FROM public.ai_generations g, LATERAL outlay.live_holders(g.id, g.import_id) h
            WHERE g.id BETWEEN outlay.first_neighbour(generation) AND outlay.last_neighbour(generation)
                AND coalesce(g.source_key, g.id::text) = fact AND h.import_id = speaker)
        AND CASE WHEN over_import IS NULL
            THEN (SELECT (h.as_of, h.import_id) < (s.as_of, s.id)
                  FROM outlay.live_holders(generation, brought_by) h, outlay.imports s WHERE s.id = speaker
                  ORDER BY h.as_of DESC, h.import_id DESC LIMIT 1)
            ELSE EXISTS (SELECT FROM outlay.imports s WHERE s.id = speaker)
                AND NOT EXISTS (SELECT FROM outlay.live_holders(generation, brought_by) h
                    WHERE h.import_id <> over_import)
            END
$$;

-- The source that speaks for money or usage of a day: the latest answer whose source has a live import of it.
CREATE FUNCTION outlay.source_that_speaks(of_provider text, of_account text, what text, of_day date)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.source FROM outlay.authorities a
    WHERE a.provider = of_provider AND a.account = of_account AND a.covers = what
        AND of_day BETWEEN a.first_day AND a.last_day
        AND EXISTS (SELECT FROM outlay.imports i
            WHERE i.source = a.source AND i.account = a.speaker_account
                AND of_day BETWEEN i.first_day AND i.last_day
                AND i.id NOT IN (SELECT target FROM outlay.voided))
    ORDER BY a.revision DESC, a.id DESC LIMIT 1
$$;

-- The rows that count, of those that a login may see. What counts is decided over the rows of all, so
-- that what several members imported is counted once and members' sums are the team's. Where another
-- source speaks for the money or for the usage of a row, that part reads zero.
CREATE VIEW public.counted_generations WITH (security_barrier) AS
SELECT g.id, g.user_id, g.application_id, g.generation_type, g.model_used,
    CASE WHEN silent.usage THEN 0 ELSE g.tokens_input END AS tokens_input,
    CASE WHEN silent.usage THEN 0 ELSE g.tokens_output END AS tokens_output,
    (CASE WHEN silent.money THEN 0 ELSE g.cost_usd END)::numeric(20, 9) AS cost_usd,
    g.input_summary, g.output_summary, g.duration_ms, g.error,
    CASE WHEN silent.usage THEN 0 ELSE g.cached_tokens END AS cached_tokens,
    g.created_at,
    CASE WHEN silent.money THEN 0 ELSE g.cost_nanos END AS cost_nanos,
    g.cost_exact, g.cost_basis,
    CASE WHEN silent.money THEN NULL ELSE g.list_nanos END AS list_nanos,
    CASE WHEN silent.usage THEN 0 ELSE g.cache_write_tokens END AS cache_write_tokens,
    CASE WHEN silent.usage THEN 0 ELSE g.cache_write_long_tokens END AS cache_write_long_tokens,
    CASE WHEN silent.usage THEN 0 ELSE g.reasoning_tokens END AS reasoning_tokens,
    g.other_units,
    CASE WHEN silent.usage THEN 0 ELSE g.request_count END AS request_count,
    g.period_end, g.provider, g.account, g.source, g.source_key, g.fingerprint, g.import_id, g.device_id,
    g.price_id, g.priced_at, g.service_tier, g.batch, g.speed, g.region, g.context_from, g.labels,
    g.price_note, g.source_line
FROM public.ai_generations g
CROSS JOIN LATERAL (
    SELECT (g.created_at AT TIME ZONE 'UTC')::date AS day, coalesce(g.source_key, g.id::text) AS fact
) AS known
CROSS JOIN LATERAL (
    -- Nothing is asked of an account about which nothing was answered, nor of what was recorded by hand.
    SELECT CASE WHEN g.import_id IS NULL OR NOT asked THEN false ELSE coalesce(
            outlay.source_that_speaks(g.provider, g.account, 'money', known.day) <> g.source, false) END AS money,
        CASE WHEN g.import_id IS NULL OR NOT asked THEN false ELSE coalesce(
            outlay.source_that_speaks(g.provider, g.account, 'usage', known.day) <> g.source, false) END AS usage
    FROM (SELECT (g.provider, g.account) IN
            (SELECT a.provider, a.account FROM outlay.authorities a WHERE a.covers <> 'rows') AS asked) AS answers
) AS silent
WHERE (g.user_id = (SELECT outlay.my_user()) OR (SELECT outlay.read_all()))
    AND CASE WHEN EXISTS (SELECT FROM public.ai_generations n
            WHERE n.id BETWEEN outlay.first_neighbour(g.id) AND outlay.last_neighbour(g.id) AND n.id <> g.id)
        THEN g.id = outlay.speaker_of(g.id, known.fact)
        ELSE g.id NOT IN (SELECT target FROM outlay.voided)
            AND (g.import_id IS NULL OR g.import_id NOT IN (SELECT target FROM outlay.voided)
                OR EXISTS (SELECT FROM outlay.import_rows r WHERE r.holder_id = g.import_id
                    AND g.id BETWEEN r.first_id AND r.last_id
                    AND r.import_id NOT IN (SELECT target FROM outlay.voided)))
        END
    AND NOT (g.import_id IS NOT NULL AND (g.provider, g.account) IN (
            SELECT a.provider, a.account FROM outlay.authorities a WHERE a.covers = 'rows') AND EXISTS (
        SELECT FROM outlay.authorities a
        WHERE a.covers = 'rows' AND a.provider = g.provider AND a.account = g.account AND a.source = g.source
            AND a.generation_type = g.generation_type AND known.day BETWEEN a.first_day AND a.last_day
            AND outlay.is_replaced(a.import_id, a.over_import, g.id, g.import_id, known.fact)))
    AND NOT (silent.money AND silent.usage);

-- Months are of the day in UTC. Money is exact; `unpriced_rows` says of how many rows no price is known.
CREATE VIEW outlay.team_by_member AS
SELECT date_trunc('month', created_at AT TIME ZONE 'UTC')::date AS month, user_id,
    sum(cost_usd) AS spend_usd, sum(cost_nanos) AS cost_nanos, count(*) AS rows, sum(request_count) AS calls,
    sum(tokens_input) AS tokens_input, sum(tokens_output) AS tokens_output,
    count(*) FILTER (WHERE cost_basis = 'unpriced') AS unpriced_rows
FROM public.counted_generations GROUP BY 1, 2;

CREATE VIEW outlay.team_by_device AS
SELECT date_trunc('month', created_at AT TIME ZONE 'UTC')::date AS month, user_id, device_id,
    sum(cost_usd) AS spend_usd, sum(cost_nanos) AS cost_nanos, count(*) AS rows, sum(request_count) AS calls,
    sum(tokens_input) AS tokens_input, sum(tokens_output) AS tokens_output,
    count(*) FILTER (WHERE cost_basis = 'unpriced') AS unpriced_rows
FROM public.counted_generations GROUP BY 1, 2, 3;

CREATE VIEW outlay.team_by_type_and_model AS
SELECT date_trunc('month', created_at AT TIME ZONE 'UTC')::date AS month, generation_type, model_used,
    sum(cost_usd) AS spend_usd, sum(cost_nanos) AS cost_nanos, count(*) AS rows, sum(request_count) AS calls,
    sum(tokens_input) AS tokens_input, sum(tokens_output) AS tokens_output,
    count(*) FILTER (WHERE cost_basis = 'unpriced') AS unpriced_rows
FROM public.counted_generations GROUP BY 1, 2, 3;

-- Who may see and write what ---------------------------------------------------------------------------
-- A question in brackets is asked once per statement, not once per row.

DO $$
DECLARE owned text;
BEGIN
    FOREACH owned IN ARRAY ARRAY['public.ai_generations', 'public.expense_alerts', 'public.cost_config',
        'outlay.devices', 'outlay.imports', 'outlay.import_rows', 'outlay.generation_voids', 'outlay.authorities',
        'outlay.budgets', 'outlay.prices', 'outlay.applications'] LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', owned);
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', owned);
        EXECUTE format('GRANT SELECT ON %s TO outlay_member, outlay_reader', owned);
        EXECUTE format('CREATE POLICY seen ON %s FOR SELECT TO outlay_member, outlay_reader
            USING (user_id = (SELECT outlay.my_user()) OR (SELECT outlay.read_all()))', owned);
        IF owned <> 'outlay.devices' THEN
            EXECUTE format('CREATE POLICY written ON %s FOR INSERT TO outlay_member
                WITH CHECK ((SELECT outlay.can_write()) AND user_id = (SELECT outlay.my_user()))', owned);
        END IF;
    END LOOP;
END
$$;

-- An import's rows and a void are about something of one's own: nobody undoes another's import.
CREATE POLICY of_own_import ON outlay.import_rows AS RESTRICTIVE FOR INSERT TO outlay_member
    WITH CHECK (EXISTS (SELECT FROM outlay.imports i
        WHERE i.id = import_id AND i.user_id = (SELECT outlay.my_user())));
CREATE POLICY of_own_target ON outlay.generation_voids AS RESTRICTIVE FOR INSERT TO outlay_member
    WITH CHECK (CASE kind
        WHEN 'import' THEN EXISTS (SELECT FROM outlay.imports i
            WHERE i.id = target AND i.user_id = (SELECT outlay.my_user()))
        ELSE EXISTS (SELECT FROM public.ai_generations g
            WHERE g.id = target AND g.user_id = (SELECT outlay.my_user())) END);
-- Another login's machine is not one's own, also where both are the same person's. Who only reads has
-- machines, too.
CREATE POLICY written ON outlay.devices FOR INSERT TO outlay_member
    WITH CHECK (login = session_user AND user_id = (SELECT outlay.my_user()));
CREATE POLICY changed ON outlay.devices FOR UPDATE TO outlay_member
    USING (login = session_user) WITH CHECK (login = session_user);
CREATE POLICY changed ON public.expense_alerts FOR UPDATE TO outlay_member
    USING ((SELECT outlay.can_write()) AND user_id = (SELECT outlay.my_user()))
    WITH CHECK (user_id = (SELECT outlay.my_user()));
CREATE POLICY changed ON public.cost_config FOR UPDATE TO outlay_member
    USING ((SELECT outlay.can_write()) AND user_id = (SELECT outlay.my_user()))
    WITH CHECK (user_id = (SELECT outlay.my_user()));
CREATE POLICY changed ON outlay.applications FOR UPDATE TO outlay_member
    USING ((SELECT outlay.can_write()) AND user_id = (SELECT outlay.my_user()))
    WITH CHECK (user_id = (SELECT outlay.my_user()));

GRANT INSERT (id, user_id, application_id, generation_type, model_used, tokens_input, tokens_output, input_summary,
    output_summary, duration_ms, error, cached_tokens, created_at, cost_nanos, cost_exact, cost_basis, list_nanos,
    cache_write_tokens, cache_write_long_tokens, reasoning_tokens, other_units, request_count, period_end, provider,
    account, source, source_key, fingerprint, import_id, device_id, price_id, priced_at, service_tier, batch, speed,
    region, context_from, labels, price_note, source_line) ON public.ai_generations TO outlay_member;
GRANT INSERT (id, user_id, alert_type, severity, message, threshold, actual, resolved, resolved_at, resolution,
    created_at, dedupe_key, threshold_nanos, actual_nanos, expected), UPDATE (resolved, resolved_at, resolution)
    ON public.expense_alerts TO outlay_member;
GRANT INSERT (user_id, alert_threshold_pct, block_on_cap, email_on_high, created_at, updated_at, monthly_ai_cap_nanos,
    single_call_alert_nanos, time_zone, budget_month_first_day, storage_limit_bytes, bandwidth_limit_bytes,
    confirmed_at), UPDATE (alert_threshold_pct, block_on_cap, email_on_high, updated_at, monthly_ai_cap_nanos,
    single_call_alert_nanos, time_zone, budget_month_first_day, storage_limit_bytes, bandwidth_limit_bytes,
    confirmed_at) ON public.cost_config TO outlay_member;
GRANT INSERT (device_id, app_version, counter, last_seen), UPDATE (app_version, counter, last_seen)
    ON outlay.devices TO outlay_member;
GRANT INSERT ON outlay.imports, outlay.import_rows, outlay.generation_voids, outlay.authorities, outlay.budgets,
    outlay.prices, outlay.applications TO outlay_member;
GRANT UPDATE (name, merged_into) ON outlay.applications TO outlay_member;

GRANT USAGE ON SCHEMA outlay TO outlay_member, outlay_reader;
GRANT SELECT ON outlay.meta, public.counted_generations, outlay.team_by_member, outlay.team_by_device,
    outlay.team_by_type_and_model TO outlay_member, outlay_reader;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA outlay FROM PUBLIC;
GRANT EXECUTE ON FUNCTION outlay.my_user(), outlay.read_all(), outlay.can_write(), outlay.first_neighbour(uuid),
    outlay.last_neighbour(uuid), outlay.speaker_of(uuid, text), outlay.is_replaced(uuid, uuid, uuid, uuid, text),
    outlay.source_that_speaks(text, text, text, date) TO outlay_member, outlay_reader;
