-- What is told outside of the ledger: which alert goes by which way, once each, and what became of it. And why an
-- alert was foreseen.

PRAGMA user_version = 3;

ALTER TABLE expense_alerts ADD COLUMN expected TEXT; -- why it was foreseen; null: it was not

CREATE TABLE deliveries (
    alert_id      TEXT NOT NULL REFERENCES expense_alerts (id),
    channel       TEXT NOT NULL CHECK (channel IN ('mail', 'desktop')),
    state         TEXT NOT NULL CHECK (state IN ('waiting', 'held', 'sent', 'failed', 'over')),
    queued_at     INTEGER NOT NULL, -- since when it waits
    due_at        INTEGER NOT NULL, -- when it is tried next
    attempts      INTEGER NOT NULL DEFAULT 0,
    message       TEXT,    -- what it goes out with; kept while nobody knows whether it went
    claim         BLOB,    -- who is sending it
    claimed_until INTEGER, -- from then on whoever claimed it has died
    reply         TEXT,    -- what the far end said last, or why it was not reached
    ended_at      INTEGER,
    PRIMARY KEY (alert_id, channel),
    CHECK ((claim IS NULL) = (claimed_until IS NULL)),
    CHECK ((ended_at IS NULL) = (state IN ('waiting', 'held')))
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_open ON deliveries (channel, due_at) WHERE ended_at IS NULL;
