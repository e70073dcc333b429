-- Budgets beside the monthly cap, and what is reserved of them. The cap itself stays in `cost_config`.

PRAGMA user_version = 2;

-- Every version of every named budget. Of an id the greatest revision speaks; removing one is a version, too.
CREATE TABLE budgets (
    id           BLOB NOT NULL CHECK (length(id) = 16),
    revision     INTEGER NOT NULL CHECK (revision > 0),
    user_id      TEXT NOT NULL,
    name         TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    provider     TEXT NOT NULL, -- empty: not by provider
    model        TEXT NOT NULL, -- empty: not by model
    amount_nanos INTEGER NOT NULL CHECK (amount_nanos > 0),
    mode         TEXT NOT NULL CHECK (mode IN ('notify', 'block')),
    warn_at_pct  INTEGER NOT NULL CHECK (warn_at_pct BETWEEN 1 AND 100),
    removed      INTEGER NOT NULL CHECK (removed IN (0, 1)),
    at           INTEGER NOT NULL,
    device_id    BLOB NOT NULL,
    PRIMARY KEY (id, revision),
    CHECK ((provider = '') <> (model = ''))
) STRICT, WITHOUT ROWID;
CREATE INDEX budgets_user ON budgets (user_id);

-- What is held for calls that are about to be made. It counts against every budget that the call falls under until
-- it is settled or released, or until its time is over; it is never spend.
CREATE TABLE reservations (
    id            BLOB PRIMARY KEY CHECK (length(id) = 16),
    user_id       TEXT NOT NULL,
    provider      TEXT NOT NULL, -- empty: of no one provider
    model         TEXT NOT NULL, -- empty: of no one model
    amount_nanos  INTEGER NOT NULL CHECK (amount_nanos > 0),
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL, -- by the ledger's clock, see `gate_at`
    ended         TEXT CHECK (ended IN ('settled', 'released', 'expired')),
    ended_at      INTEGER,
    cost_nanos    INTEGER, -- of a settled one, what it came to
    generation_id BLOB,    -- of a settled one, the call that was recorded with it
    CHECK ((ended IS NULL) = (ended_at IS NULL)),
    CHECK ((ended IS 'settled') = (cost_nanos IS NOT NULL))
) STRICT, WITHOUT ROWID;
-- Ended ones are many and are never added up.
CREATE INDEX reservations_open ON reservations (user_id) WHERE ended IS NULL;

-- The present as the gate saw it last: against it a clock that was set back is noticed.
ALTER TABLE ledger ADD COLUMN gate_at INTEGER NOT NULL DEFAULT 0;
-- Grows with every reservation that comes or ends. `revision` does not: what a plan rests on is not changed by them.
ALTER TABLE ledger ADD COLUMN reservation_changes INTEGER NOT NULL DEFAULT 0;

-- The gate sums up what falls under a budget while others wait for it.
CREATE INDEX dimensions_provider ON dimensions (user_id, provider COLLATE NOCASE);
CREATE INDEX dimensions_model ON dimensions (user_id, model_used COLLATE NOCASE);

CREATE TRIGGER budgets_keep_update BEFORE UPDATE ON budgets BEGIN
    SELECT RAISE(ABORT, 'a budget is changed by its next version');
END;
CREATE TRIGGER budgets_keep_delete BEFORE DELETE ON budgets BEGIN
    SELECT RAISE(ABORT, 'a budget is removed by its next version; its history stays');
END;
CREATE TRIGGER reservations_keep_ended BEFORE UPDATE ON reservations
    WHEN OLD.ended IN ('settled', 'released') BEGIN
    SELECT RAISE(ABORT, 'a reservation ends once');
END;
CREATE TRIGGER reservations_keep_delete BEFORE DELETE ON reservations BEGIN
    SELECT RAISE(ABORT, 'reservations stay as they ended');
END;
