/**
 * Votes on the answers of a run, a person's preferences, and runs that are hidden before they are deleted for good.
 */
import type { Database } from 'better-sqlite3';

const changes = `
  -- When a person deleted the run: from then on it is hidden, and can be restored until it is removed.
  ALTER TABLE run ADD COLUMN deleted_at TEXT;
  CREATE UNIQUE INDEX run_shown ON run (id) WHERE deleted_at IS NULL;
  CREATE INDEX run_hidden ON run (deleted_at) WHERE deleted_at IS NOT NULL;

  CREATE TABLE vote (
    number           INTEGER NOT NULL PRIMARY KEY,
    id               TEXT NOT NULL UNIQUE,
    run_id           TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    voted_at         TEXT NOT NULL,
    left_strategy    TEXT NOT NULL,
    right_strategy   TEXT NOT NULL,
    choice           TEXT NOT NULL,
    reasons          TEXT NOT NULL CHECK (json_valid(reasons)),
    comment          TEXT NOT NULL,
    blind            INTEGER NOT NULL,
    voted_before_end INTEGER NOT NULL,
    -- The vote that this one repeats with the sides swapped.
    repeat_of        TEXT REFERENCES vote (id) ON DELETE SET NULL
  ) STRICT;
  CREATE INDEX vote_by_run ON vote (run_id);
  CREATE INDEX vote_by_repeated ON vote (repeat_of) WHERE repeat_of IS NOT NULL;

  CREATE TABLE preference (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value))
  ) STRICT, WITHOUT ROWID;
`;

export function addVotes(database: Database): void {
  database.exec(changes);
}
