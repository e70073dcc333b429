-- The ledger in a team's PostgreSQL: the three tables with every column that a report needs, money
-- exact. The same facts as migrations/sqlite, in this server's words: uuid, timestamptz, jsonb.
--
-- Not here: members, devices and row-level security, which belong to a team and not to the ledger.

-- Every AI call, and every row that a provider aggregated.
CREATE TABLE ai_generations (
    id                      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id                 text NOT NULL,
    application_id          uuid,
    generation_type         text NOT NULL,
    model_used              text NOT NULL,
    -- All input and all output; the counts further down are parts of these two. An aggregate of a
    -- busy day outgrows four bytes.
    tokens_input            bigint NOT NULL DEFAULT 0,
    tokens_output           bigint NOT NULL DEFAULT 0,
    -- Readers see dollars, exact to nine decimals; writers give cost_nanos. A four-byte float would
    -- lose money with every row. Multiplied, because a division of numerics keeps 16 digits only.
    cost_usd                numeric(20, 9) GENERATED ALWAYS AS (cost_nanos * 0.000000001) STORED,
    input_summary           text,
    output_summary          text,
    duration_ms             bigint,
    error                   text,
    cached_tokens           bigint NOT NULL DEFAULT 0,
    -- The call, or the start of an aggregate's bucket. Microseconds on both sides: a digest compares them.
    created_at              timestamptz NOT NULL DEFAULT now(),

    -- Money out in nano-dollars, where it comes from, and what it would be at list price.
    cost_nanos              bigint NOT NULL DEFAULT 0,
    cost_exact              boolean NOT NULL DEFAULT true,
    -- A row whose writer says nothing about its cost has none that is known.
    cost_basis              text NOT NULL DEFAULT 'unpriced',
    list_nanos              bigint,

    cache_write_tokens      bigint NOT NULL DEFAULT 0,
    cache_write_long_tokens bigint NOT NULL DEFAULT 0,
    reasoning_tokens        bigint NOT NULL DEFAULT 0,
    other_units             jsonb NOT NULL DEFAULT '{}',

    -- 1 for a call, n for an aggregate, null where the source gives none; null period_end is a call.
    request_count           bigint DEFAULT 1,
    period_end              timestamptz,

    provider                text NOT NULL DEFAULT '',
    account                 text NOT NULL DEFAULT 'default',
    source                  text NOT NULL DEFAULT 'manual',
    -- Null where a writer that knows nothing of sources wrote the row: then the id is its key.
    source_key              text,
    fingerprint             bytea,
    import_id               uuid,
    device_id               uuid,
    price_id                text,
    priced_at               timestamptz,
    -- What changes the price besides the model.
    service_tier            text,
    batch                   boolean NOT NULL DEFAULT false,
    speed                   text,
    region                  text,
    context_from            bigint,
    labels                  jsonb NOT NULL DEFAULT '{}',

    CONSTRAINT ai_generations_basis_is_known CHECK
        (cost_basis IN ('billed', 'computed', 'estimated', 'included', 'free', 'unpriced')),
    CONSTRAINT ai_generations_only_spend_costs CHECK
        (cost_nanos = 0 OR cost_basis IN ('billed', 'computed', 'estimated')),
    CONSTRAINT ai_generations_input_holds_its_parts CHECK
        (cached_tokens >= 0 AND cache_write_tokens >= 0 AND cached_tokens + cache_write_tokens <= tokens_input),
    CONSTRAINT ai_generations_writes_hold_long_writes CHECK
        (cache_write_long_tokens >= 0 AND cache_write_long_tokens <= cache_write_tokens),
    CONSTRAINT ai_generations_output_holds_reasoning CHECK
        (reasoning_tokens >= 0 AND reasoning_tokens <= tokens_output),
    CONSTRAINT ai_generations_requests_are_counted CHECK (request_count >= 0),
    CONSTRAINT ai_generations_period_runs_forward CHECK (period_end > created_at),
    CONSTRAINT ai_generations_duration_is_elapsed CHECK (duration_ms >= 0),
    CONSTRAINT ai_generations_fingerprint_is_whole CHECK (octet_length(fingerprint) = 16),
    CONSTRAINT ai_generations_other_units_are_named CHECK (jsonb_typeof(other_units) = 'object'),
    CONSTRAINT ai_generations_labels_are_named CHECK (jsonb_typeof(labels) = 'object')
);

-- One index for a user's days, and for the user alone. The original's index on generation_type has
-- four values to tell apart and costs every insert: the month's rows are found by this one.
CREATE INDEX ai_generations_of_user_by_time ON ai_generations (user_id, created_at);
-- A team's days, whoever made the calls.
CREATE INDEX ai_generations_by_time ON ai_generations (created_at);

CREATE FUNCTION refuse_change_of_ledger() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: a recorded call is never changed or deleted, so that every past report can be repeated',
        TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
              HINT = 'Record a correction as a new row, and a void for the row that was wrong.';
END
$$;

CREATE TRIGGER ai_generations_append_only BEFORE UPDATE OR DELETE ON ai_generations
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_ledger();
CREATE TRIGGER ai_generations_never_emptied BEFORE TRUNCATE ON ai_generations
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_ledger();

-- What was noticed about the spend. The id is made of user, type and dedupe_key, so that two
-- machines that notice the same thing raise one alert.
CREATE TABLE expense_alerts (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id         text NOT NULL,
    alert_type      text NOT NULL,
    severity        text NOT NULL,
    message         text NOT NULL,
    -- For display: dollars or bytes. The exact amounts are threshold_nanos and actual_nanos.
    threshold       real,
    actual          real,
    resolved        boolean NOT NULL DEFAULT false,
    resolved_at     timestamptz,
    resolution      text,
    created_at      timestamptz NOT NULL DEFAULT now(),

    dedupe_key      text,
    -- Null where the amount is not money.
    threshold_nanos bigint,
    actual_nanos    bigint,

    CONSTRAINT expense_alerts_type_is_known CHECK
        (alert_type IN ('monthly_cap_warning', 'monthly_cap_reached', 'single_call_high', 'daily_spike',
                        'storage_warning', 'bandwidth_warning', 'forecast_over_cap', 'source_stale',
                        'backfill_summary')),
    CONSTRAINT expense_alerts_severity_is_known CHECK
        (severity IN ('low', 'medium', 'high', 'critical')),
    CONSTRAINT expense_alerts_resolution_is_known CHECK
        (resolution IN ('acknowledged', 'cap_increased', 'auto_resolved')),
    CONSTRAINT expense_alerts_open_is_unanswered CHECK
        (resolved OR (resolved_at IS NULL AND resolution IS NULL))
);

CREATE INDEX expense_alerts_open ON expense_alerts (user_id, created_at DESC) WHERE NOT resolved;

-- What a user set: one row each. Changed by comparing updated_at, so no trigger touches it.
CREATE TABLE cost_config (
    user_id                text PRIMARY KEY,
    monthly_ai_cap_usd     numeric(20, 9) GENERATED ALWAYS AS (monthly_ai_cap_nanos * 0.000000001) STORED,
    alert_threshold_pct    integer NOT NULL DEFAULT 80,
    single_call_alert      numeric(20, 9) GENERATED ALWAYS AS (single_call_alert_nanos * 0.000000001) STORED,
    block_on_cap           boolean NOT NULL DEFAULT true,
    email_on_high          boolean NOT NULL DEFAULT true,
    created_at             timestamptz NOT NULL DEFAULT now(),
    updated_at             timestamptz NOT NULL DEFAULT now(),

    monthly_ai_cap_nanos    bigint NOT NULL DEFAULT 10000000000,
    single_call_alert_nanos bigint NOT NULL DEFAULT 500000000,
    -- An IANA name; null until the user's machine says it.
    time_zone               text,
    budget_month_first_day  integer NOT NULL DEFAULT 1,
    storage_limit_bytes     bigint,
    bandwidth_limit_bytes   bigint,
    -- Null until the user sets or confirms the cap: until then it warns and never blocks.
    confirmed_at            timestamptz,

    CONSTRAINT cost_config_cap_is_an_amount CHECK (monthly_ai_cap_nanos >= 0),
    CONSTRAINT cost_config_threshold_is_a_share CHECK (alert_threshold_pct BETWEEN 1 AND 100),
    CONSTRAINT cost_config_single_call_is_an_amount CHECK (single_call_alert_nanos >= 0),
    CONSTRAINT cost_config_first_day_is_in_every_month CHECK (budget_month_first_day BETWEEN 1 AND 28),
    CONSTRAINT cost_config_storage_limit_is_a_size CHECK (storage_limit_bytes >= 0),
    CONSTRAINT cost_config_bandwidth_limit_is_a_size CHECK (bandwidth_limit_bytes >= 0)
);
