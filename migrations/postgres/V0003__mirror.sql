-- What sync between machines needs of a team's server: which rows an import contains, pair by pair; versions of a
-- budget that stand beside each other; records that never change twice at one time; and the few numbers by which a
-- machine knows whether anything happened.
--
-- Not here: what a machine asks. That stands with the program, which names the columns that it knows.

UPDATE outlay.meta SET schema_version = 3, min_reader = 3, min_writer = 3;

-- Which rows an import contains --------------------------------------------------------------------------

-- A row whose import_id is the import says so itself and has no line here.
CREATE TABLE outlay.import_members (
    import_id     uuid NOT NULL,
    generation_id uuid NOT NULL,
    user_id       text NOT NULL DEFAULT outlay.my_user(), -- whose import it is
    PRIMARY KEY (import_id, generation_id)
);
CREATE INDEX import_members_of_generation ON outlay.import_members (generation_id, user_id);

INSERT INTO outlay.import_members (import_id, generation_id, user_id)
SELECT r.import_id, g.id, r.user_id FROM outlay.import_rows r
JOIN public.ai_generations g ON g.import_id = r.holder_id AND g.id BETWEEN r.first_id AND r.last_id
WHERE r.import_id <> r.holder_id
ON CONFLICT DO NOTHING;

CREATE TRIGGER import_members_append_only BEFORE UPDATE OR DELETE ON outlay.import_members
    FOR EACH ROW EXECUTE FUNCTION outlay.refuse_change();
CREATE TRIGGER import_members_never_emptied BEFORE TRUNCATE ON outlay.import_members
    FOR EACH STATEMENT EXECUTE FUNCTION outlay.refuse_change();

ALTER TABLE outlay.import_members ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON outlay.import_members FROM PUBLIC;
GRANT SELECT ON outlay.import_members TO outlay_member, outlay_reader;
GRANT INSERT ON outlay.import_members TO outlay_member;
CREATE POLICY seen ON outlay.import_members FOR SELECT TO outlay_member, outlay_reader
    USING (user_id = (SELECT outlay.my_user()) OR (SELECT outlay.read_all()));
CREATE POLICY written ON outlay.import_members FOR INSERT TO outlay_member
    WITH CHECK ((SELECT outlay.can_write()) AND user_id = (SELECT outlay.my_user()));
CREATE POLICY of_own_import ON outlay.import_members AS RESTRICTIVE FOR INSERT TO outlay_member
    WITH CHECK (EXISTS (SELECT FROM outlay.imports i
        WHERE i.id = import_id AND i.user_id = (SELECT outlay.my_user())));

-- Whoever has imported a row has it, also if another member's copy of it came first. Only of rows that are another's
-- is anything looked up.
ALTER POLICY seen ON public.ai_generations
    USING (user_id = (SELECT outlay.my_user()) OR (SELECT outlay.read_all()) OR EXISTS (
        SELECT FROM outlay.import_members m
        WHERE m.generation_id = ai_generations.id AND m.user_id = (SELECT outlay.my_user())));

-- The live imports that hold a row: the one that brought it, and others that contain it too.
CREATE OR REPLACE FUNCTION outlay.live_holders(generation uuid, brought_by uuid)
RETURNS TABLE (import_id uuid, as_of timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT holder.id, coalesce(i.as_of, '-infinity')
    FROM (
        SELECT brought_by AS id WHERE brought_by IS NOT NULL
        UNION
        SELECT m.import_id FROM outlay.import_members m WHERE m.generation_id = generation
    ) AS holder
    LEFT JOIN outlay.imports i ON i.id = holder.id
    WHERE holder.id NOT IN (SELECT target FROM outlay.voided)
$$;

-- As in V0002, but for what an import contains.
CREATE OR REPLACE VIEW public.counted_generations WITH (security_barrier) AS
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
WHERE (g.user_id = (SELECT outlay.my_user()) OR (SELECT outlay.read_all()) OR EXISTS (
        SELECT FROM outlay.import_members m WHERE m.generation_id = g.id AND m.user_id = (SELECT outlay.my_user())))
    AND CASE WHEN EXISTS (SELECT FROM public.ai_generations n
            WHERE n.id BETWEEN outlay.first_neighbour(g.id) AND outlay.last_neighbour(g.id) AND n.id <> g.id)
        THEN g.id = outlay.speaker_of(g.id, known.fact)
        ELSE g.id NOT IN (SELECT target FROM outlay.voided)
            AND (g.import_id IS NULL OR g.import_id NOT IN (SELECT target FROM outlay.voided)
                OR EXISTS (SELECT FROM outlay.import_members m WHERE m.generation_id = g.id
                    AND m.import_id NOT IN (SELECT target FROM outlay.voided)))
        END
    AND NOT (g.import_id IS NOT NULL AND (g.provider, g.account) IN (
            SELECT a.provider, a.account FROM outlay.authorities a WHERE a.covers = 'rows') AND EXISTS (
        SELECT FROM outlay.authorities a
        WHERE a.covers = 'rows' AND a.provider = g.provider AND a.account = g.account AND a.source = g.source
            AND a.generation_type = g.generation_type AND known.day BETWEEN a.first_day AND a.last_day
            AND outlay.is_replaced(a.import_id, a.over_import, g.id, g.import_id, known.fact)))
    AND NOT (silent.money AND silent.usage);

DROP TABLE outlay.import_rows;

-- What is compared ---------------------------------------------------------------------------------------
-- Both are written so that they become a part of the statement that asks.

-- The UTC day, counted from 1970-01-01.
CREATE FUNCTION outlay.utc_day(at timestamptz) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (at AT TIME ZONE 'UTC')::date - date '1970-01-01'
$$;
-- The last 48 bits of a key, which are a hash or random. Byte by byte, which takes half as long as by way of a text.
CREATE FUNCTION outlay.last_bits(key uuid) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (get_byte(uuid_send(key), 10)::bigint << 40) | (get_byte(uuid_send(key), 11)::bigint << 32)
        | (get_byte(uuid_send(key), 12)::bigint << 24) | (get_byte(uuid_send(key), 13) << 16)
        | (get_byte(uuid_send(key), 14) << 8) | get_byte(uuid_send(key), 15)
$$;

-- What somebody is shown, of the whole team or of their own, in a few numbers per day of generations, per import of its
-- members and per small table. A line of generations with an import is also one of that import's members, whose rows say
-- so themselves. From a UTC day on, or everything. The groups are few, so nothing is sorted; compiling the statement
-- would take longer than it saves; and a plan for any arguments is one for none.
CREATE FUNCTION outlay.digests(of_team boolean, since integer)
RETURNS TABLE (of_table text, day integer, import_id uuid, row_count bigint, key_sum numeric)
LANGUAGE plpgsql STABLE SET jit = off SET enable_sort = off SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    me CONSTANT text := outlay.my_user();
    from_time CONSTANT timestamptz := coalesce(date '1970-01-01' + since, '-infinity'::date)::timestamp AT TIME ZONE 'UTC';
    from_key CONSTANT uuid := (lpad(to_hex(coalesce(since, 0)::bigint * 86400000), 12, '0') || repeat('0', 20))::uuid;
BEGIN
    RETURN QUERY
    SELECT 'generations', outlay.utc_day(g.created_at), g.import_id, count(*), sum(outlay.last_bits(g.id))
    FROM public.ai_generations g WHERE g.created_at >= from_time AND (of_team OR g.user_id = me) GROUP BY 2, 3
    UNION ALL
    SELECT 'generations', outlay.utc_day(g.created_at), NULL, count(*), sum(outlay.last_bits(g.id))
    FROM public.ai_generations g
    WHERE NOT of_team AND g.created_at >= from_time AND g.user_id <> me AND g.id IN (
        SELECT m.generation_id FROM outlay.import_members m WHERE m.user_id = me AND m.generation_id >= from_key)
    GROUP BY 2
    UNION ALL
    SELECT 'import_members', NULL, m.import_id, count(*), sum(outlay.last_bits(m.generation_id)) FROM outlay.import_members m
    WHERE m.generation_id >= from_key AND (of_team OR m.user_id = me) AND NOT EXISTS (
        SELECT FROM public.ai_generations g WHERE g.id = m.generation_id AND g.import_id = m.import_id)
    GROUP BY 3
    UNION ALL SELECT 'imports', NULL, NULL, count(*), sum(outlay.last_bits(id))
    FROM outlay.imports WHERE of_team OR user_id = me
    UNION ALL SELECT 'voids', NULL, NULL, count(*), sum(outlay.last_bits(id))
    FROM outlay.generation_voids WHERE of_team OR user_id = me
    UNION ALL SELECT 'authorities', NULL, NULL, count(*), sum(outlay.last_bits(id))
    FROM outlay.authorities WHERE of_team OR user_id = me
    UNION ALL SELECT 'prices', NULL, NULL, count(*), sum(outlay.last_bits(id))
    FROM outlay.prices WHERE of_team OR user_id = me
    UNION ALL SELECT 'budgets', NULL, NULL, count(*), sum(outlay.last_bits(version))
    FROM outlay.budgets WHERE of_team OR user_id = me;
END
$$;

-- What counts, of the whole team or of a member's own rows. Compiling the statement would take longer than it saves.
CREATE FUNCTION outlay.counted(of_team boolean, OUT rows bigint, OUT cost_nanos numeric)
LANGUAGE sql STABLE PARALLEL SAFE SET jit = off AS $$
    SELECT count(*), coalesce(sum(c.cost_nanos), 0) FROM public.counted_generations c
    WHERE of_team OR c.user_id = (SELECT outlay.my_user())
        OR c.id IN (SELECT m.generation_id FROM outlay.import_members m WHERE m.user_id = (SELECT outlay.my_user()))
$$;

-- Another number whenever another device did anything: a member may not see other members' devices.
CREATE FUNCTION outlay.counters_of_others(device uuid) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT (coalesce(sum(counter), 0) % 4611686018427387904)::bigint FROM outlay.devices WHERE device_id <> device
$$;

-- What the counter was before it was raised last: only the statement that raises it can know.
ALTER TABLE outlay.devices ADD COLUMN found bigint NOT NULL DEFAULT 0 CHECK (found >= 0);
GRANT INSERT (found), UPDATE (found) ON outlay.devices TO outlay_member;

-- What is changed ----------------------------------------------------------------------------------------

-- Two machines that write the same revision of a budget both keep theirs; which one speaks follows from the versions
-- alone. The key is made by whoever writes, of all that the version says. No program has written any before.
ALTER TABLE outlay.budgets DROP CONSTRAINT budgets_pkey, ADD COLUMN version uuid PRIMARY KEY;
CREATE INDEX budgets_by_revision ON outlay.budgets (id, revision);

-- A record is changed by comparing when it was changed last, so that must never be the same twice.
ALTER TABLE outlay.applications ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();
CREATE FUNCTION outlay.be_later() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.updated_at := greatest(clock_timestamp(), OLD.updated_at + interval '1 microsecond');
    RETURN NEW;
END
$$;
CREATE TRIGGER cost_config_changes_later BEFORE UPDATE ON public.cost_config
    FOR EACH ROW EXECUTE FUNCTION outlay.be_later();
CREATE TRIGGER applications_change_later BEFORE UPDATE ON outlay.applications
    FOR EACH ROW EXECUTE FUNCTION outlay.be_later();

ALTER TABLE public.expense_alerts
    DROP CONSTRAINT expense_alerts_type_is_known,
    ADD CONSTRAINT expense_alerts_type_is_known CHECK
        (alert_type IN ('monthly_cap_warning', 'monthly_cap_reached', 'single_call_high', 'daily_spike',
                        'storage_warning', 'bandwidth_warning', 'forecast_over_cap', 'source_stale',
                        'backfill_summary', 'new_model', 'unpriced_rows', 'sync_failing')),
    -- As wide as on the machines, so that both sides say the same.
    ALTER COLUMN threshold TYPE double precision,
    ALTER COLUMN actual TYPE double precision;

-- A machine may find an open alert to be worse than it was told. Of two severities the greater one speaks, whoever
-- comes first; that it was foreseen stays, and of two reasons the lesser.
CREATE FUNCTION outlay.keep_severity() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    words CONSTANT text[] := ARRAY['low', 'medium', 'high', 'critical'];
    more CONSTANT integer := array_position(words, NEW.severity) - array_position(words, OLD.severity);
BEGIN
    IF more < 0 OR (more = 0 AND
        (NEW.message, NEW.threshold, NEW.actual, NEW.threshold_nanos, NEW.actual_nanos, NEW.created_at) IS DISTINCT FROM
        (OLD.message, OLD.threshold, OLD.actual, OLD.threshold_nanos, OLD.actual_nanos, OLD.created_at)) THEN
        RAISE EXCEPTION 'what an alert says changes only when it becomes more severe'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.expected IS NOT NULL AND (NEW.expected IS NULL OR NEW.expected COLLATE "C" > OLD.expected COLLATE "C") THEN
        RAISE EXCEPTION 'an alert that was foreseen stays so, and of two reasons the lesser holds'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER expense_alerts_stay_severe BEFORE UPDATE ON public.expense_alerts
    FOR EACH ROW EXECUTE FUNCTION outlay.keep_severity();
GRANT UPDATE (severity, message, threshold, actual, threshold_nanos, actual_nanos, created_at, expected)
    ON public.expense_alerts TO outlay_member;

-- Who belongs to the team: to whoever reads everybody's rows all of it, to others their own logins.
CREATE FUNCTION outlay.team() RETURNS SETOF outlay.members
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM outlay.members WHERE outlay.read_all() OR user_id = outlay.my_user()
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA outlay FROM PUBLIC;
GRANT EXECUTE ON FUNCTION outlay.utc_day(timestamptz), outlay.last_bits(uuid), outlay.digests(boolean, integer),
    outlay.counted(boolean), outlay.counters_of_others(uuid), outlay.team() TO outlay_member, outlay_reader;
