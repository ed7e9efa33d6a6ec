/** All migrations of the database, in the order in which they run. A released one is never changed. */
import type { Database } from 'better-sqlite3';
import { createRuns } from './0001-create-runs.ts';
import { addVotes } from './0002-add-votes.ts';
import { addJudge } from './0003-add-judge.ts';

export interface Migration {
  /** The database's `user_version` after it. */
  version: number;
  name: string;
  run(database: Database): void;
}

export const migrations: readonly Migration[] = [
  { version: 1, name: 'create runs', run: createRuns },
  { version: 2, name: 'add votes, preferences and hidden runs', run: addVotes },
  { version: 3, name: 'add a second opinion', run: addJudge },
];
