/**
 * A second reward that only judges: which one it was, and what it said of each finished answer. Its scores lie in
 * `checkpoint` as those of the reward that decides do, under an event of the type 'judged'.
 */
import type { Database } from 'better-sqlite3';

const changes = `
  ALTER TABLE run ADD COLUMN judge TEXT CHECK (json_valid(judge));
  ALTER TABLE candidate ADD COLUMN judge_reward REAL;
`;

export function addJudge(database: Database): void {
  database.exec(changes);
}
