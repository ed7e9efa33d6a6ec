/** checkpoints.csv: one row per score of an unfinished text. */
import type { StoredCheckpoint } from '../../store/export-reader.ts';
import { schemaVersion, type Column } from './table.ts';

export const checkpointColumns: readonly Column<StoredCheckpoint>[] = [
  ['run_id', ({ runId }) => runId],
  ['lane_id', ({ laneId }) => laneId],
  ['candidate_index', ({ index }) => index],
  ['position', ({ position }) => position],
  ['time_ms', ({ atMs }) => atMs],
  ['reward_partial', ({ reward }) => reward],
  ['live', ({ live }) => live],
  ['cache_bytes', ({ cacheBytes }) => cacheBytes],
  ['observed', ({ observed }) => observed],
  ['strategy', ({ strategy }) => strategy],
  ['schema_version', () => schemaVersion],
];
