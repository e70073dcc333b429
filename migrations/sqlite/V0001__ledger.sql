-- The book. Facts are only ever added: triggers at the end refuse to change or remove them.
-- Times are microseconds UTC, days are counted from 1970-01-01, money is nano-dollars, ids are 16 bytes.
-- What people query is `ai_generations` and `counted_generations`, which show the original columns.

PRAGMA application_id = 0x4F55544C; -- "OUTL"
PRAGMA user_version = 1;

-- Who this file is. `revision` grows with every committed change, so that a plan knows when it is stale.
CREATE TABLE ledger (
    only_row    INTEGER PRIMARY KEY CHECK (only_row = 1),
    device_id   BLOB NOT NULL CHECK (length(device_id) = 16),
    owner       TEXT NOT NULL,
    rollup_zone TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The user's own domain: projects, workspaces, apps. id = UUIDv5 of provider, account and project.
CREATE TABLE applications (
    id          BLOB PRIMARY KEY CHECK (length(id) = 16),
    provider    TEXT NOT NULL,
    account     TEXT NOT NULL,
    project     TEXT NOT NULL,
    name        TEXT NOT NULL,
    merged_into BLOB REFERENCES applications (id)
) STRICT, WITHOUT ROWID;

-- What reports group by: each combination that occurs, once.
CREATE TABLE dimensions (
    id              INTEGER PRIMARY KEY,
    user_id         TEXT NOT NULL,
    account         TEXT NOT NULL,
    application_id  BLOB NOT NULL, -- empty: none
    generation_type TEXT NOT NULL,
    model_used      TEXT NOT NULL,
    provider        TEXT NOT NULL,
    source          TEXT NOT NULL,
    cost_basis      TEXT NOT NULL
        CHECK (cost_basis IN ('billed', 'computed', 'estimated', 'included', 'free', 'unpriced')),
    UNIQUE (user_id, account, application_id, generation_type, model_used, provider, source, cost_basis)
) STRICT;

-- What a row says beside its dimensions and that repeats from row to row, once.
CREATE TABLE details (
    id           INTEGER PRIMARY KEY,
    labels       TEXT NOT NULL, -- JSON object
    service_tier TEXT NOT NULL,
    batch        INTEGER NOT NULL CHECK (batch IN (0, 1)),
    variant      TEXT NOT NULL, -- JSON object: speed, region, context tier
    price_id     TEXT NOT NULL, -- empty: no price was applied
    price_note   TEXT NOT NULL, -- how the name was read and what was guessed
    UNIQUE (labels, service_tier, batch, variant, price_id, price_note)
) STRICT;

-- The rows. Time-ordered ids are the only key: a range of time is a range of ids. The numbers of dimension
-- and detail are given out in the transaction that writes the row, and triggers keep what they point to;
-- so they are no foreign keys, which would be looked up twice for every row of an import. Doctor checks them.
CREATE TABLE generations (
    id                      BLOB PRIMARY KEY CHECK (length(id) = 16),
    -- What an import compares stands first: SQLite reads a row from its beginning.
    source_key              TEXT NOT NULL,
    fingerprint             BLOB NOT NULL,
    import_number           INTEGER, -- null: recorded by hand; else of `imports`, written in the same transaction
    created_at              INTEGER NOT NULL,
    dimension_id            INTEGER NOT NULL, -- of `dimensions`
    detail_id               INTEGER NOT NULL, -- of `details`
    source_line             INTEGER,
    period_end              INTEGER, -- null: a call; else the end of an aggregate's bucket
    request_count           INTEGER, -- null: the source gives none
    tokens_input            INTEGER NOT NULL CHECK (tokens_input >= 0),
    tokens_output           INTEGER NOT NULL CHECK (tokens_output >= 0),
    cached_tokens           INTEGER NOT NULL,
    cache_write_tokens      INTEGER NOT NULL,
    cache_write_long_tokens INTEGER NOT NULL,
    reasoning_tokens        INTEGER NOT NULL,
    other_units             TEXT,    -- JSON object
    cost_nanos              INTEGER NOT NULL,
    list_nanos              INTEGER,
    cost_exact              INTEGER NOT NULL CHECK (cost_exact IN (0, 1)),
    priced_at               INTEGER, -- null: the first pricing
    duration_ms             INTEGER,
    error                   TEXT,
    input_summary           TEXT,
    output_summary          TEXT
) STRICT, WITHOUT ROWID;

-- A file that was imported. Coverage is in UTC days, inclusive.
CREATE TABLE imports (
    number           INTEGER PRIMARY KEY,
    id               BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    file_name        TEXT NOT NULL,
    file_hash        BLOB NOT NULL,
    file_bytes       INTEGER NOT NULL,
    source           TEXT NOT NULL,
    provider         TEXT NOT NULL,
    account          TEXT NOT NULL,
    as_of            INTEGER NOT NULL,
    imported_at      INTEGER NOT NULL,
    device_id        BLOB NOT NULL,
    first_day        INTEGER,
    last_day         INTEGER,
    first_id         BLOB,   -- bounds of the rows that this import brought
    last_id          BLOB,
    rows_new         INTEGER NOT NULL,
    rows_known       INTEGER NOT NULL,
    rows_restated    INTEGER NOT NULL,
    rows_quarantined INTEGER NOT NULL,
    rows_empty       INTEGER NOT NULL,
    rows_ignored     INTEGER NOT NULL,
    notes            TEXT NOT NULL -- JSON array of sentences
) STRICT;

-- Known rows that an import contains too: the rows of import `holder` from first_id to last_id.
CREATE TABLE import_rows (
    import_number INTEGER NOT NULL REFERENCES imports (number),
    holder        INTEGER NOT NULL REFERENCES imports (number),
    first_id      BLOB NOT NULL,
    last_id       BLOB NOT NULL,
    row_count     INTEGER NOT NULL CHECK (row_count > 0),
    PRIMARY KEY (holder, first_id, import_number)
) STRICT, WITHOUT ROWID;

-- Rows of a file that could not be read, verbatim.
CREATE TABLE quarantine (
    id            INTEGER PRIMARY KEY,
    import_number INTEGER NOT NULL, -- written before its import, in the same transaction
    line          INTEGER NOT NULL,
    column_name   TEXT NOT NULL,
    kind          TEXT NOT NULL,
    expected      TEXT NOT NULL,
    found         TEXT NOT NULL,
    remedy        TEXT NOT NULL,
    record        TEXT NOT NULL
) STRICT;
CREATE INDEX quarantine_import ON quarantine (import_number);

-- Which column of a foreign CSV means what, remembered by the header's signature.
CREATE TABLE mappings (
    header_signature TEXT PRIMARY KEY,
    mapping          TEXT NOT NULL -- JSON
) STRICT, WITHOUT ROWID;

-- Undo and redo. The greatest revision of a target decides; on equal revision the void.
CREATE TABLE generation_voids (
    id        BLOB PRIMARY KEY CHECK (length(id) = 16),
    target    BLOB NOT NULL, -- id of an import or of a generation
    kind      TEXT NOT NULL CHECK (kind IN ('import', 'generation')),
    action    TEXT NOT NULL CHECK (action IN ('void', 'restore')),
    revision  INTEGER NOT NULL,
    reason    TEXT NOT NULL,
    at        INTEGER NOT NULL,
    device_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX generation_voids_target ON generation_voids (target);

-- Who speaks where two sets of rows describe the same money or the same usage. Days are UTC, inclusive.
-- Between sources (`money`, `usage`): the source and account that speak. Within one source (`rows`): the
-- import that speaks, over one other import or over everything that is older.
CREATE TABLE authorities (
    id              BLOB PRIMARY KEY CHECK (length(id) = 16),
    provider        TEXT NOT NULL,
    account         TEXT NOT NULL,
    first_day       INTEGER NOT NULL,
    last_day        INTEGER NOT NULL,
    covers          TEXT NOT NULL CHECK (covers IN ('money', 'usage', 'rows')),
    source          TEXT NOT NULL,
    speaker_account TEXT NOT NULL,
    generation_type TEXT NOT NULL, -- of `rows`; else empty
    import_id       BLOB,
    over_import     BLOB,
    revision        INTEGER NOT NULL,
    at              INTEGER NOT NULL,
    device_id       BLOB NOT NULL,
    CHECK (first_day <= last_day),
    CHECK ((covers = 'rows') = (import_id IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- The user's own prices, dated. Rates are nano-dollars per million tokens.
CREATE TABLE prices (
    id              BLOB PRIMARY KEY CHECK (length(id) = 16),
    provider        TEXT NOT NULL,
    model           TEXT NOT NULL,
    valid_from      INTEGER NOT NULL,
    rates           TEXT NOT NULL, -- JSON object: bucket -> nano-dollars per million
    at              INTEGER NOT NULL,
    device_id       BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE expense_alerts (
    id              TEXT PRIMARY KEY,
    user_id         TEXT NOT NULL,
    alert_type      TEXT NOT NULL CHECK (alert_type IN ('monthly_cap_warning', 'monthly_cap_reached',
        'single_call_high', 'daily_spike', 'storage_warning', 'bandwidth_warning', 'forecast_over_cap',
        'source_stale', 'backfill_summary')),
    severity        TEXT NOT NULL CHECK (severity IN ('low', 'medium', 'high', 'critical')),
    message         TEXT NOT NULL,
    threshold       REAL,    -- display copies, in dollars or bytes
    actual          REAL,
    threshold_nanos INTEGER, -- exact, where it is money
    actual_nanos    INTEGER,
    dedupe_key      TEXT NOT NULL,
    resolved        INTEGER NOT NULL DEFAULT 0 CHECK (resolved IN (0, 1)),
    resolved_at     INTEGER,
    resolution      TEXT CHECK (resolution IN ('acknowledged', 'cap_increased', 'auto_resolved')),
    created_at      INTEGER NOT NULL,
    UNIQUE (user_id, alert_type, dedupe_key),
    CHECK ((resolved = 1) = (resolved_at IS NOT NULL) AND (resolved = 1) = (resolution IS NOT NULL))
) STRICT;

CREATE TABLE cost_config (
    user_id                 TEXT PRIMARY KEY,
    monthly_ai_cap_nanos    INTEGER NOT NULL DEFAULT 10000000000 CHECK (monthly_ai_cap_nanos > 0),
    monthly_ai_cap_usd      REAL GENERATED ALWAYS AS (monthly_ai_cap_nanos / 1e9) VIRTUAL,
    alert_threshold_pct     INTEGER NOT NULL DEFAULT 80 CHECK (alert_threshold_pct BETWEEN 1 AND 100),
    single_call_alert_nanos INTEGER NOT NULL DEFAULT 500000000 CHECK (single_call_alert_nanos > 0),
    single_call_alert       REAL GENERATED ALWAYS AS (single_call_alert_nanos / 1e9) VIRTUAL,
    block_on_cap            INTEGER NOT NULL DEFAULT 1 CHECK (block_on_cap IN (0, 1)),
    email_on_high           INTEGER NOT NULL DEFAULT 1 CHECK (email_on_high IN (0, 1)),
    time_zone               TEXT NOT NULL,
    month_start_day         INTEGER NOT NULL DEFAULT 1 CHECK (month_start_day BETWEEN 1 AND 28),
    storage_limit_bytes     INTEGER CHECK (storage_limit_bytes > 0),
    bandwidth_limit_bytes   INTEGER CHECK (bandwidth_limit_bytes > 0),
    confirmed_at            INTEGER,
    created_at              INTEGER NOT NULL,
    updated_at              INTEGER NOT NULL
) STRICT;

-- Derived from the tables above, rebuilt at will, never synced ---------------------------------------

-- Rows that do not count, or count for one thing only: 1 = left out.
CREATE TABLE left_out (
    id     BLOB PRIMARY KEY,
    money  INTEGER NOT NULL,
    usage  INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rollup_days (
    day                INTEGER NOT NULL, -- of the ledger's time zone
    dimension_id       INTEGER NOT NULL,
    row_count          INTEGER NOT NULL,
    request_count      INTEGER NOT NULL,
    uncounted_rows     INTEGER NOT NULL, -- rows whose source gives no request count
    inexact_rows       INTEGER NOT NULL,
    paid_elsewhere     INTEGER NOT NULL, -- rows whose money another source speaks for
    tokens_input       INTEGER NOT NULL,
    tokens_output      INTEGER NOT NULL,
    cached_tokens      INTEGER NOT NULL,
    cache_write_tokens INTEGER NOT NULL,
    reasoning_tokens   INTEGER NOT NULL,
    cost_nanos         INTEGER NOT NULL,
    list_nanos         INTEGER NOT NULL,
    PRIMARY KEY (day, dimension_id)
) STRICT, WITHOUT ROWID;

-- Sums of rollup_days: what a trend, a projection and a status ask for.
CREATE TABLE rollup_totals (
    day                INTEGER NOT NULL,
    user_id            TEXT NOT NULL,
    cost_basis         TEXT NOT NULL,
    row_count          INTEGER NOT NULL,
    request_count      INTEGER NOT NULL,
    uncounted_rows     INTEGER NOT NULL,
    inexact_rows       INTEGER NOT NULL,
    paid_elsewhere     INTEGER NOT NULL,
    tokens_input       INTEGER NOT NULL,
    tokens_output      INTEGER NOT NULL,
    cached_tokens      INTEGER NOT NULL,
    cache_write_tokens INTEGER NOT NULL,
    reasoning_tokens   INTEGER NOT NULL,
    cost_nanos         INTEGER NOT NULL,
    list_nanos         INTEGER NOT NULL,
    PRIMARY KEY (day, user_id, cost_basis)
) STRICT, WITHOUT ROWID;

-- Sums of rollup_days: what the breakdowns of a month or a year ask for.
CREATE TABLE rollup_months (
    month              INTEGER NOT NULL, -- its first day
    dimension_id       INTEGER NOT NULL,
    row_count          INTEGER NOT NULL,
    request_count      INTEGER NOT NULL,
    uncounted_rows     INTEGER NOT NULL,
    inexact_rows       INTEGER NOT NULL,
    paid_elsewhere     INTEGER NOT NULL,
    tokens_input       INTEGER NOT NULL,
    tokens_output      INTEGER NOT NULL,
    cached_tokens      INTEGER NOT NULL,
    cache_write_tokens INTEGER NOT NULL,
    reasoning_tokens   INTEGER NOT NULL,
    cost_nanos         INTEGER NOT NULL,
    list_nanos         INTEGER NOT NULL,
    PRIMARY KEY (month, dimension_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE rollup_quarters (
    quarter        INTEGER NOT NULL, -- quarter hours since 1970, UTC
    user_id        TEXT NOT NULL,
    cost_basis     TEXT NOT NULL,
    row_count      INTEGER NOT NULL,
    request_count  INTEGER NOT NULL,
    paid_elsewhere INTEGER NOT NULL, -- rows whose money another source speaks for
    tokens         INTEGER NOT NULL,
    cost_nanos     INTEGER NOT NULL,
    list_nanos     INTEGER NOT NULL,
    PRIMARY KEY (quarter, user_id, cost_basis)
) STRICT, WITHOUT ROWID;

-- What people query ----------------------------------------------------------------------------------

-- Ids and times as text, dollars beside nano-dollars; what is left out stands in the last two columns.
CREATE VIEW described_generations AS
SELECT
    lower(substr(hex(g.id), 1, 8) || '-' || substr(hex(g.id), 9, 4) || '-' || substr(hex(g.id), 13, 4) || '-'
        || substr(hex(g.id), 17, 4) || '-' || substr(hex(g.id), 21)) AS id,
    d.user_id,
    CASE WHEN d.application_id <> x'' THEN lower(substr(hex(d.application_id), 1, 8) || '-' || substr(hex(d.application_id), 9, 4) || '-' || substr(hex(d.application_id), 13, 4) || '-'
        || substr(hex(d.application_id), 17, 4) || '-' || substr(hex(d.application_id), 21)) END AS application_id,
    d.generation_type,
    d.model_used,
    g.tokens_input,
    g.tokens_output,
    g.cost_nanos / 1e9 AS cost_usd,
    g.input_summary,
    g.output_summary,
    g.duration_ms,
    g.error,
    g.cached_tokens,
    strftime('%Y-%m-%dT%H:%M:%S', g.created_at / 1000000, 'unixepoch') || printf('.%06dZ', g.created_at % 1000000) AS created_at,
    g.cost_nanos,
    d.cost_basis,
    g.list_nanos,
    g.cost_exact,
    g.request_count,
    strftime('%Y-%m-%dT%H:%M:%S', g.period_end / 1000000, 'unixepoch') || printf('.%06dZ', g.period_end % 1000000) AS period_end,
    g.cache_write_tokens,
    g.cache_write_long_tokens,
    g.reasoning_tokens,
    g.other_units,
    d.provider,
    d.account,
    d.source,
    g.source_key,
    lower(hex(g.fingerprint)) AS fingerprint,
    (SELECT lower(substr(hex(i.id), 1, 8) || '-' || substr(hex(i.id), 9, 4) || '-' || substr(hex(i.id), 13, 4) || '-'
        || substr(hex(i.id), 17, 4) || '-' || substr(hex(i.id), 21)) FROM imports i
        WHERE i.number = g.import_number) AS import_id,
    g.source_line,
    nullif(t.price_id, '') AS price_id,
    nullif(t.price_note, '') AS price_note,
    strftime('%Y-%m-%dT%H:%M:%S', g.priced_at / 1000000, 'unixepoch') || printf('.%06dZ', g.priced_at % 1000000) AS priced_at,
    nullif(t.service_tier, '') AS service_tier,
    t.batch,
    t.labels,
    coalesce(o.money, 0) AS money_left_out,
    coalesce(o.usage, 0) AS usage_left_out
FROM generations g
JOIN dimensions d ON d.id = g.dimension_id
JOIN details t ON t.id = g.detail_id
LEFT JOIN left_out o ON o.id = g.id;

-- Every row of the book.
CREATE VIEW ai_generations AS
SELECT id, user_id, application_id, generation_type, model_used, tokens_input, tokens_output, cost_usd,
    input_summary, output_summary, duration_ms, error, cached_tokens, created_at,
    cost_nanos, cost_basis, list_nanos, cost_exact, request_count, period_end, cache_write_tokens,
    cache_write_long_tokens, reasoning_tokens, other_units, provider, account, source, source_key, fingerprint,
    import_id, source_line, price_id, price_note, priced_at, service_tier, batch, labels
FROM described_generations;

-- The same columns, only rows that count. Where another source speaks for the money or for the usage of
-- a row, that part reads zero here, so that sums over this view are the sums of the reports.
CREATE VIEW counted_generations AS
SELECT id, user_id, application_id, generation_type, model_used,
    iif(usage_left_out, 0, tokens_input) AS tokens_input,
    iif(usage_left_out, 0, tokens_output) AS tokens_output,
    iif(money_left_out, 0.0, cost_usd) AS cost_usd,
    input_summary, output_summary, duration_ms, error,
    iif(usage_left_out, 0, cached_tokens) AS cached_tokens,
    created_at,
    iif(money_left_out, 0, cost_nanos) AS cost_nanos,
    cost_basis,
    iif(money_left_out, NULL, list_nanos) AS list_nanos,
    cost_exact,
    iif(usage_left_out, 0, request_count) AS request_count,
    period_end,
    iif(usage_left_out, 0, cache_write_tokens) AS cache_write_tokens,
    iif(usage_left_out, 0, cache_write_long_tokens) AS cache_write_long_tokens,
    iif(usage_left_out, 0, reasoning_tokens) AS reasoning_tokens,
    other_units, provider, account, source, source_key, fingerprint,
    import_id, source_line, price_id, price_note, priced_at, service_tier, batch, labels
FROM described_generations
WHERE NOT (money_left_out AND usage_left_out);

-- Append-only ----------------------------------------------------------------------------------------

CREATE TRIGGER generations_keep_update BEFORE UPDATE ON generations BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: a row is never changed; undo its import or import a newer export instead');
END;
CREATE TRIGGER generations_keep_delete BEFORE DELETE ON generations BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: a row is never deleted; undo its import instead');
END;
CREATE TRIGGER ai_generations_keep_insert INSTEAD OF INSERT ON ai_generations BEGIN
    SELECT RAISE(ABORT, 'rows enter the ledger through `outlay log` and `outlay import`, which price and count them');
END;
CREATE TRIGGER ai_generations_keep_update INSTEAD OF UPDATE ON ai_generations BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: a row is never changed; undo its import or import a newer export instead');
END;
CREATE TRIGGER ai_generations_keep_delete INSTEAD OF DELETE ON ai_generations BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: a row is never deleted; undo its import instead');
END;
CREATE TRIGGER dimensions_keep_update BEFORE UPDATE ON dimensions BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: dimensions are never changed');
END;
CREATE TRIGGER dimensions_keep_delete BEFORE DELETE ON dimensions BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: dimensions are never deleted');
END;
CREATE TRIGGER details_keep_update BEFORE UPDATE ON details BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: details are never changed');
END;
CREATE TRIGGER details_keep_delete BEFORE DELETE ON details BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: details are never deleted');
END;
CREATE TRIGGER imports_keep_update BEFORE UPDATE ON imports BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: an import is never changed; undo it instead');
END;
CREATE TRIGGER imports_keep_delete BEFORE DELETE ON imports BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: an import is never deleted; undo it instead');
END;
CREATE TRIGGER import_rows_keep_update BEFORE UPDATE ON import_rows BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: what an import contains is never changed');
END;
CREATE TRIGGER import_rows_keep_delete BEFORE DELETE ON import_rows BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: what an import contains is never deleted');
END;
CREATE TRIGGER generation_voids_keep_update BEFORE UPDATE ON generation_voids BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: an undo is answered by a redo, never changed');
END;
CREATE TRIGGER generation_voids_keep_delete BEFORE DELETE ON generation_voids BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: an undo is answered by a redo, never deleted');
END;
CREATE TRIGGER authorities_keep_update BEFORE UPDATE ON authorities BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: a newer revision replaces an answer');
END;
CREATE TRIGGER authorities_keep_delete BEFORE DELETE ON authorities BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: a newer revision replaces an answer');
END;
