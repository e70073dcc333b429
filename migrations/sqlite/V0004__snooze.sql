-- Alerts that a person leaves alone for a while. This is of one machine and is never synced: what somebody does not
-- want to see now says nothing about others.

PRAGMA user_version = 4;

CREATE TABLE snoozes (
    alert_id TEXT PRIMARY KEY REFERENCES expense_alerts (id),
    since    INTEGER NOT NULL,
    until    INTEGER NOT NULL, -- then the alert comes back by itself
    reason   TEXT,
    CHECK (until > since)
) STRICT, WITHOUT ROWID;
