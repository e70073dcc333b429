-- One ledger on many machines: what this one knows of a shared ledger, what waits to go there, and what came from
-- there without its like. The rows themselves stay where they are; rows of other members say so in `dimensions`.

PRAGMA user_version = 5;

-- A shared ledger that this one belongs to. Its password is never here.
CREATE TABLE sync_remotes (
    number          INTEGER PRIMARY KEY,
    address         TEXT NOT NULL UNIQUE,
    tier            TEXT NOT NULL DEFAULT 'universal' CHECK (tier IN ('universal', 'feed')),
    mapping         TEXT NOT NULL DEFAULT '{}', -- JSON: what the columns of an adopted database are called
    sends_summaries INTEGER NOT NULL DEFAULT 0 CHECK (sends_summaries IN (0, 1)),
    connected_at    INTEGER NOT NULL,
    ledger_id       BLOB CHECK (length(ledger_id) = 16), -- null until the first sync
    device_id       BLOB NOT NULL CHECK (length(device_id) = 16),
    acknowledged    INTEGER NOT NULL DEFAULT 0, -- the greatest counter that is known to have arrived
    sent            INTEGER NOT NULL DEFAULT 0, -- the greatest counter that was sent
    need_reconcile  TEXT NOT NULL DEFAULT 'compare' CHECK (need_reconcile IN ('done', 'compare', 'push_again')),
    member          TEXT, -- whom the server takes the owner for
    reads           TEXT CHECK (reads IN ('mine', 'team')),
    others          INTEGER, -- the other devices' counters when everything was compared last
    compared_at     INTEGER,
    verified_at     INTEGER,
    is_alarmed      INTEGER NOT NULL DEFAULT 0 CHECK (is_alarmed IN (0, 1)),
    last_ok_at      INTEGER,
    clock_offset    INTEGER, -- microseconds, positive: this machine is ahead
    CHECK ((member IS NULL) = (reads IS NULL))
) STRICT;

-- What is known of a row and a remote other than that both have it.
CREATE TABLE sync_standings (
    remote   INTEGER NOT NULL REFERENCES sync_remotes (number) ON DELETE CASCADE,
    kind     TEXT NOT NULL CHECK (kind IN ('generations', 'imports', 'import_members', 'voids', 'authorities',
        'prices', 'budgets')),
    bucket   BLOB NOT NULL, -- of `import_members` the import; else empty
    key      BLOB NOT NULL CHECK (length(key) = 16),
    standing TEXT NOT NULL CHECK (standing IN ('claimed', 'waiting', 'refused', 'unseen', 'disputed',
        'missing', 'gone')),
    reason   TEXT, -- what the server said of a refused one
    PRIMARY KEY (remote, kind, bucket, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX sync_standings_waiting ON sync_standings (remote, kind, bucket, key) WHERE standing = 'waiting';

-- Rows that wait to be pushed, a whole import at a time: those beyond `after`. A million new rows are one line.
CREATE TABLE outbox (
    remote        INTEGER NOT NULL REFERENCES sync_remotes (number) ON DELETE CASCADE,
    kind          TEXT NOT NULL CHECK (kind IN ('generations', 'import_members')),
    import_number INTEGER NOT NULL, -- of `imports`, written in the same transaction
    after         BLOB NOT NULL,
    PRIMARY KEY (remote, kind, import_number)
) STRICT, WITHOUT ROWID;

-- Two contents under one key, both kept, until a person has looked.
CREATE TABLE sync_conflicts (
    number  INTEGER PRIMARY KEY,
    remote  INTEGER NOT NULL REFERENCES sync_remotes (number) ON DELETE CASCADE,
    kind    TEXT NOT NULL,
    key     TEXT NOT NULL,
    what    TEXT NOT NULL, -- such as `content` or the column that clashed
    here    TEXT NOT NULL, -- JSON
    there   TEXT NOT NULL, -- JSON
    at      INTEGER NOT NULL,
    seen_at INTEGER,
    UNIQUE (remote, kind, key, what)
) STRICT;

-- What both sides said last of a record that is changed in place: the base of a three-way merge.
CREATE TABLE sync_bases (
    remote  INTEGER NOT NULL REFERENCES sync_remotes (number) ON DELETE CASCADE,
    kind    TEXT NOT NULL CHECK (kind IN ('cost_config', 'applications')),
    key     TEXT NOT NULL, -- the user, or the application's id
    base    TEXT NOT NULL, -- JSON
    base_at INTEGER,       -- the server's `updated_at` of it
    sent    TEXT,          -- JSON: what was sent and not answered yet
    PRIMARY KEY (remote, kind, key)
) STRICT, WITHOUT ROWID;

-- Imports, undos, answers, prices and applications that another member made.
CREATE TABLE of_others (
    kind    TEXT NOT NULL,
    key     BLOB NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

-- The machine on which a call was recorded by hand, where it was not this one.
CREATE TABLE logged_elsewhere (
    id        BLOB PRIMARY KEY,
    device_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Imports that rows name and that are not here yet, or no longer, with the numbers that those rows carry: such rows
-- count once their import is here.
CREATE TABLE awaited_imports (
    id     BLOB PRIMARY KEY CHECK (length(id) = 16),
    number INTEGER NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;

-- Rows that an import contains, while the import or the row is not here yet.
CREATE TABLE awaited_members (
    import_id     BLOB NOT NULL,
    generation_id BLOB NOT NULL,
    PRIMARY KEY (generation_id, import_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX awaited_members_of_import ON awaited_members (import_id, generation_id);

-- Where rows arrived since overlaps between sources were settled last. Days are UTC, inclusive.
CREATE TABLE unsettled (
    provider  TEXT NOT NULL,
    account   TEXT NOT NULL,
    source    TEXT NOT NULL,
    first_day INTEGER NOT NULL,
    last_day  INTEGER NOT NULL,
    PRIMARY KEY (provider, account, source)
) STRICT, WITHOUT ROWID;

-- What was pulled since it was looked at for alerts last: each import, and (under 16 zeros) the bounds of all rows that
-- came or count otherwise since; null bounds: something else than rows.
CREATE TABLE pulled_news (
    import_id   BLOB PRIMARY KEY CHECK (length(import_id) = 16),
    imported_at INTEGER NOT NULL,
    first_id    BLOB,
    last_id     BLOB
) STRICT, WITHOUT ROWID;

-- What sync moved, by day of the ledger's time zone. Leaving a ledger does not undo what was moved.
CREATE TABLE moved_bytes (
    day   INTEGER PRIMARY KEY,
    bytes INTEGER NOT NULL CHECK (bytes >= 0)
) STRICT;

-- Says, within a transaction and never beyond it, that something kept may go: 'others' are rows of other members
-- when the owner leaves them, 'runs' another way to write down what an import contains.
CREATE TABLE unlocked (
    what TEXT PRIMARY KEY CHECK (what IN ('others', 'runs'))
) STRICT, WITHOUT ROWID;

-- A run's holder may be an import that is awaited: it refers to its number only.
CREATE TABLE runs_of_imports (
    import_number INTEGER NOT NULL REFERENCES imports (number),
    holder        INTEGER NOT NULL, -- of `imports` or `awaited_imports`
    first_id      BLOB NOT NULL,
    last_id       BLOB NOT NULL,
    row_count     INTEGER NOT NULL CHECK (row_count > 0),
    PRIMARY KEY (holder, first_id, import_number)
) STRICT, WITHOUT ROWID;
INSERT INTO runs_of_imports (import_number, holder, first_id, last_id, row_count)
SELECT import_number, holder, first_id, last_id, row_count FROM import_rows;
DROP TABLE import_rows;
ALTER TABLE runs_of_imports RENAME TO import_rows;
CREATE INDEX import_rows_of_import ON import_rows (import_number, holder, first_id);
CREATE TRIGGER import_rows_keep_update BEFORE UPDATE ON import_rows BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: what an import contains is never changed');
END;
CREATE TRIGGER import_rows_keep_delete BEFORE DELETE ON import_rows WHEN NOT EXISTS (SELECT 1 FROM unlocked) BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: what an import contains is never deleted');
END;

-- Two machines can write the same revision of a budget: both are kept, and every machine lets the same one speak.
CREATE TABLE versions_of_budgets (
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
    PRIMARY KEY (id, revision, at, device_id),
    CHECK ((provider = '') <> (model = ''))
) STRICT, WITHOUT ROWID;
INSERT INTO versions_of_budgets (id, revision, user_id, name, provider, model, amount_nanos, mode, warn_at_pct, removed,
    at, device_id)
SELECT id, revision, user_id, name, provider, model, amount_nanos, mode, warn_at_pct, removed, at, device_id FROM budgets;
DROP TABLE budgets;
ALTER TABLE versions_of_budgets RENAME TO budgets;
CREATE INDEX budgets_user ON budgets (user_id);
CREATE TRIGGER budgets_keep_update BEFORE UPDATE ON budgets BEGIN
    SELECT RAISE(ABORT, 'a budget is changed by its next version');
END;
CREATE TRIGGER budgets_keep_delete BEFORE DELETE ON budgets
    WHEN NOT EXISTS (SELECT 1 FROM unlocked WHERE what = 'others') OR OLD.user_id = (SELECT owner FROM ledger) BEGIN
    SELECT RAISE(ABORT, 'a budget is removed by its next version; its history stays');
END;

-- Append-only, but for what other members shared and the owner leaves behind: these refuse the owner's own rows
-- whatever is unlocked.
DROP TRIGGER generations_keep_delete;
CREATE TRIGGER generations_keep_delete BEFORE DELETE ON generations
    WHEN NOT EXISTS (SELECT 1 FROM unlocked WHERE what = 'others')
        OR (SELECT user_id FROM dimensions WHERE id = OLD.dimension_id) = (SELECT owner FROM ledger) BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: a row is never deleted; undo its import instead');
END;
DROP TRIGGER dimensions_keep_delete;
CREATE TRIGGER dimensions_keep_delete BEFORE DELETE ON dimensions
    WHEN NOT EXISTS (SELECT 1 FROM unlocked WHERE what = 'others') OR OLD.user_id = (SELECT owner FROM ledger) BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: dimensions are never deleted');
END;
DROP TRIGGER details_keep_delete;
CREATE TRIGGER details_keep_delete BEFORE DELETE ON details
    WHEN NOT EXISTS (SELECT 1 FROM unlocked WHERE what = 'others') BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: details are never deleted');
END;
DROP TRIGGER imports_keep_delete;
CREATE TRIGGER imports_keep_delete BEFORE DELETE ON imports
    WHEN NOT EXISTS (SELECT 1 FROM unlocked WHERE what = 'others')
        OR NOT EXISTS (SELECT 1 FROM of_others WHERE kind = 'imports' AND key = OLD.id) BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: an import is never deleted; undo it instead');
END;
DROP TRIGGER generation_voids_keep_delete;
CREATE TRIGGER generation_voids_keep_delete BEFORE DELETE ON generation_voids
    WHEN NOT EXISTS (SELECT 1 FROM unlocked WHERE what = 'others')
        OR NOT EXISTS (SELECT 1 FROM of_others WHERE kind = 'voids' AND key = OLD.id) BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: an undo is answered by a redo, never deleted');
END;
DROP TRIGGER authorities_keep_delete;
CREATE TRIGGER authorities_keep_delete BEFORE DELETE ON authorities
    WHEN NOT EXISTS (SELECT 1 FROM unlocked WHERE what = 'others')
        OR NOT EXISTS (SELECT 1 FROM of_others WHERE kind = 'authorities' AND key = OLD.id) BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: a newer revision replaces an answer');
END;
