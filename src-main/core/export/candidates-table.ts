/** candidates.csv: one row per candidate. */
import type { StoredCandidate } from '../../store/export-reader.ts';
import { schemaVersion, type Column } from './table.ts';

/** A candidate that has not ended is stored as interrupted; while its lane still runs, nobody knows yet. */
const stateOf = ({ state, laneStatus }: StoredCandidate) =>
  state === 'interrupted' && laneStatus === 'running' ? null : state;

/** As a person counts: a letter beyond the basic plane (an emoji) is one. */
const countCharacters = (text: string) => Array.from(text).length;

const isRejected = ({ state }: StoredCandidate) => state === 'rejected';

export const candidateColumns: readonly Column<StoredCandidate>[] = [
  ['run_id', ({ runId }) => runId],
  ['lane_id', ({ laneId }) => laneId],
  ['candidate_index', ({ index }) => index],
  ['state', stateOf],
  ['rejected_at_position', ({ rejectedAt }) => rejectedAt],
  ['reward_final', (row) => (isRejected(row) ? null : row.reward)],
  ['reward_at_rejection', (row) => (isRejected(row) ? row.reward : null)],
  ['rank', ({ rank }) => rank],
  ['tokens', ({ tokens }) => tokens],
  ['characters', ({ text }) => countCharacters(text)],
  ['time_finished_ms', ({ endedAtMs }) => endedAtMs],
  ['finish', ({ finish }) => finish],
  ['text', ({ text, state }) => (state === 'not-started' ? null : text)],
  ['strategy', ({ strategy }) => strategy],
  ['schema_version', () => schemaVersion],
  ['judge_reward', ({ judgeReward }) => judgeReward],
];
