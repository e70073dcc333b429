-- Re-pricings that were asked for on this machine, so that they can be taken back. Their rows and their undo travel;
-- this list does not.

PRAGMA user_version = 7;

CREATE TABLE repricings (
    id           BLOB PRIMARY KEY CHECK (length(id) = 16),
    at           INTEGER NOT NULL UNIQUE, -- `priced_at` of its rows
    label        TEXT NOT NULL,
    row_count    INTEGER NOT NULL,
    before_nanos INTEGER NOT NULL,
    after_nanos  INTEGER NOT NULL,
    first_id     BLOB NOT NULL, -- bounds of its rows
    last_id      BLOB NOT NULL,
    undone       INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1))
) STRICT, WITHOUT ROWID;
