/**
 * The lines of a lane's charts, as a fold over its events. Every point carries both axes: `at`, milliseconds of the lane's
 * clock, and `tokens`, how many tokens the lane had written by then.
 */

interface Moment {
  at: number;
  tokens: number;
}

/** One reward of one candidate, at the moment at which the scored text had been written. */
export interface RewardPoint extends Moment {
  index: number;
  /** Answer tokens that were scored. */
  position: number;
  /** null: the text could not be scored. */
  reward: number | null;
  /** observed: made after the lane's clock had stopped, and shown where its text was written. */
  kind: 'partial' | 'observed' | 'final';
}

export interface LaneSeries {
  /** In the order in which they were told. */
  rewards: RewardPoint[];
  /** Decisions. `cutoff`: reward of the last one kept. */
  rounds: (Moment & { position: number; cutoff: number | null; rejected: number; live: number })[];
  /** Answers that are being written, after each change. */
  alive: (Moment & { count: number })[];
  /** Bytes of the cache, after each change. */
  memory: (Moment & { bytes: number })[];
  /** Answer tokens that every live row has, after each change. */
  length: (Moment & { position: number })[];
}
