/**
 * Runs, lanes, candidates and the events of a lane.
 *
 * `event`, `piece` and `checkpoint` hold what happened, each fact once. `candidate` and the sums in `lane` are folds over
 * them, kept up to date in the same transaction, so that lists and exports need not read every event. `round` is a view.
 */
import type { Database } from 'better-sqlite3';

const tables = `
  CREATE TABLE run (
    id            TEXT NOT NULL PRIMARY KEY,
    status        TEXT NOT NULL,
    prompt        TEXT NOT NULL,
    settings      TEXT NOT NULL CHECK (json_valid(settings)),
    generator     TEXT NOT NULL CHECK (json_valid(generator)),
    reward        TEXT NOT NULL CHECK (json_valid(reward)),
    budget_bytes  INTEGER NOT NULL,
    started_at    TEXT NOT NULL,
    ended_at      TEXT,
    app_version   TEXT NOT NULL,
    cpu           TEXT NOT NULL,
    error_code    TEXT,
    error_message TEXT,
    -- The process that writes the run; a process id is used again, so its start time goes with it.
    owner_pid     INTEGER NOT NULL,
    owner_started TEXT
  ) STRICT;
  CREATE INDEX run_by_status ON run (status);

  CREATE TABLE lane (
    number                INTEGER NOT NULL PRIMARY KEY,
    id                    TEXT NOT NULL UNIQUE,
    run_id                TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    strategy              TEXT NOT NULL,
    lane_order            INTEGER NOT NULL,
    status                TEXT NOT NULL,
    candidates            INTEGER NOT NULL,
    chosen_index          INTEGER,
    chosen_reward         REAL,
    tokens_generated      INTEGER NOT NULL DEFAULT 0,
    tokens_thrown_away    INTEGER NOT NULL DEFAULT 0,
    tokens_scored         INTEGER NOT NULL DEFAULT 0,
    wall_ms               REAL NOT NULL DEFAULT 0,
    time_prompt_ms        REAL NOT NULL DEFAULT 0,
    time_write_ms         REAL NOT NULL DEFAULT 0,
    time_score_ms         REAL NOT NULL DEFAULT 0,
    time_wait_ms          REAL NOT NULL DEFAULT 0,
    time_first_token_ms   REAL,
    peak_cache_bytes      INTEGER NOT NULL DEFAULT 0,
    UNIQUE (run_id, lane_order)
  ) STRICT;

  CREATE TABLE candidate (
    lane             INTEGER NOT NULL REFERENCES lane (number) ON DELETE CASCADE,
    candidate_index  INTEGER NOT NULL,
    state            TEXT NOT NULL,
    finish           TEXT,
    token_count      INTEGER NOT NULL,
    text             TEXT NOT NULL,
    -- The final reward, or the one at which it was stopped early.
    reward           REAL,
    rejected_at      INTEGER,
    ended_at_ms      REAL,
    -- Place among the lane's final rewards; known when the lane has ended.
    rank             INTEGER,
    PRIMARY KEY (lane, candidate_index)
  ) STRICT;

  CREATE TABLE event (
    lane     INTEGER NOT NULL REFERENCES lane (number) ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    type     TEXT NOT NULL,
    at_ms    REAL NOT NULL,
    -- Every field of the event that has no table of its own.
    details  TEXT NOT NULL CHECK (json_valid(details)),
    PRIMARY KEY (lane, sequence)
  ) STRICT, WITHOUT ROWID;

  -- What one candidate wrote in one 'advanced' event. Its text is the first text_kept characters (UTF-16 code units)
  -- of its text before, then text_added.
  CREATE TABLE piece (
    lane              INTEGER NOT NULL,
    sequence          INTEGER NOT NULL,
    ordinal           INTEGER NOT NULL,
    candidate_index   INTEGER NOT NULL,
    tokens            BLOB NOT NULL, -- 32-bit integers, little-endian
    log_probabilities BLOB NOT NULL, -- 64-bit floats, little-endian
    text_kept         INTEGER NOT NULL,
    text_added        TEXT NOT NULL,
    finish            TEXT,
    PRIMARY KEY (lane, sequence, ordinal),
    FOREIGN KEY (lane, sequence) REFERENCES event (lane, sequence) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;

  -- One score of one candidate in a 'scored' event.
  CREATE TABLE checkpoint (
    lane            INTEGER NOT NULL,
    sequence        INTEGER NOT NULL,
    ordinal         INTEGER NOT NULL,
    candidate_index INTEGER NOT NULL,
    reward          REAL,
    cut             INTEGER NOT NULL,
    tokens          INTEGER NOT NULL,
    PRIMARY KEY (lane, sequence, ordinal),
    FOREIGN KEY (lane, sequence) REFERENCES event (lane, sequence) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;

  CREATE VIEW round AS
    SELECT lane, sequence, at_ms,
           details ->> '$.position' AS position,
           details ->> '$.live' AS live,
           details ->> '$.cacheBytes' AS cache_bytes,
           details ->> '$.cutoff' AS cutoff,
           details -> '$.rejected' AS rejected
    FROM event WHERE type = 'round';
`;

export function createRuns(database: Database): void {
  database.exec(tables);
}
