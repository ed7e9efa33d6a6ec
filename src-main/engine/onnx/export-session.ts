/** What an exported model's lane asks of its session. There are two: wrapped-session.ts and stepped-session.ts. */
import type { StepsRequest, StepsWritten } from '../generator/decoder.ts';
import type { CacheTensors } from './cache-tensors.ts';

/** Steps for the rows of a cache; each row reads its `read` tokens first. */
export interface ExportRun extends Omit<StepsRequest, 'tokens' | 'shouldStop'> {
  /** `[rows]` lists of the same length. */
  read: readonly (readonly number[])[];
  /** Tokens of each row in the cache. */
  length: number;
  cache: CacheTensors;
}

export interface ExportResult extends Omit<StepsWritten, 'peakCacheBytes'> {
  /** New tensors; those that were given stay as they are. */
  cache: CacheTensors;
}

export interface ExportSession {
  /** The most steps of one run. */
  readonly mostSteps: number;
  /** @throws out-of-memory, engine-failed */
  run(request: ExportRun): Promise<ExportResult>;
  close(): Promise<void>;
}
