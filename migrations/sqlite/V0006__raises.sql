-- More of a budget for one month alone, and more that an alert may be about.

PRAGMA user_version = 6;

-- Every raise of the cap or of a named budget for a month. Of a budget and a month the greatest revision speaks; of two
-- that machines made of one revision, the lower limit. Taking a raise back is a revision, too.
CREATE TABLE budget_raises (
    user_id      TEXT NOT NULL,
    budget_id    BLOB NOT NULL CHECK (length(budget_id) IN (0, 16)), -- empty: the monthly cap
    month        INTEGER NOT NULL, -- its first day
    revision     INTEGER NOT NULL CHECK (revision > 0),
    amount_nanos INTEGER CHECK (amount_nanos > 0), -- what the month may cost instead; null: what every month may
    reason       TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    at           INTEGER NOT NULL,
    device_id    BLOB NOT NULL,
    PRIMARY KEY (user_id, budget_id, month, revision, at, device_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER budget_raises_keep_update BEFORE UPDATE ON budget_raises BEGIN
    SELECT RAISE(ABORT, 'a raise is changed by its next revision');
END;
CREATE TRIGGER budget_raises_keep_delete BEFORE DELETE ON budget_raises
    WHEN NOT EXISTS (SELECT 1 FROM unlocked WHERE what = 'others') OR OLD.user_id = (SELECT owner FROM ledger) BEGIN
    SELECT RAISE(ABORT, 'a raise is taken back by its next revision; its history stays');
END;

-- The same table with more types. Deliveries and snoozes refer to it by its name, and are asked when all is done.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE alerts_as_they_were AS SELECT rowid AS number, * FROM expense_alerts;
DROP TABLE expense_alerts;
CREATE TABLE expense_alerts (
    id              TEXT PRIMARY KEY,
    user_id         TEXT NOT NULL,
    alert_type      TEXT NOT NULL CHECK (alert_type IN ('monthly_cap_warning', 'monthly_cap_reached',
        'single_call_high', 'daily_spike', 'storage_warning', 'bandwidth_warning', 'forecast_over_cap',
        'source_stale', 'backfill_summary', 'new_model', 'unpriced_rows', 'sync_failing')),
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
    expected        TEXT,    -- why it was foreseen; null: it was not
    UNIQUE (user_id, alert_type, dedupe_key),
    CHECK ((resolved = 1) = (resolved_at IS NOT NULL) AND (resolved = 1) = (resolution IS NOT NULL))
) STRICT;
INSERT INTO expense_alerts (rowid, id, user_id, alert_type, severity, message, threshold, actual, threshold_nanos,
    actual_nanos, dedupe_key, resolved, resolved_at, resolution, created_at, expected)
SELECT number, id, user_id, alert_type, severity, message, threshold, actual, threshold_nanos,
    actual_nanos, dedupe_key, resolved, resolved_at, resolution, created_at, expected FROM alerts_as_they_were;
DROP TABLE alerts_as_they_were;
