/** A run and its lanes as they are stored, listed, exported and printed. */
import type {
  DeviceName,
  GeneratorFacts,
  LinearForm,
  RewardFacts,
  SamplingSettings,
} from './engine.ts';
import type { CandidateState, Hold, LaneEvent, RunStatus, StrategyName } from './events.ts';

/** Every setting of a run: with the prompt, the seed and the models they reproduce it. */
export interface RunSettings {
  strategies: StrategyName[];
  /** How many candidates, or `fit`: as many as the budget holds at 8 tokens. */
  candidates: number | 'fit';
  /** Share stopped at each decision, 0 to 0.95. */
  alpha: number;
  /** Cache budget in bytes, or `auto`: what holds a quarter of the candidates at full length. */
  memory: number | 'auto';
  maxTokens: number;
  sampling: SamplingSettings;
  seed: number;
  hold: Hold;
  /** Score Best-of-N's unfinished texts too, off the clock. */
  observe: boolean;
  /** Path of a GGUF file or of a model's folder. */
  generator: string;
  /** A folder, or `likelihood`. */
  reward: string;
  /** The same for a second reward that only judges the finished answers; null: none. */
  judge: string | null;
  device: DeviceName | 'auto';
  /** How the generator computes; `auto`: without loss, as the memory of the machine allows. */
  form: LinearForm | 'auto';
}

/** One lane of a run. */
export interface LanePlan {
  strategy: StrategyName;
  /** 0 for the lane that runs first. */
  order: number;
  /** How many candidates the lane is asked for. */
  candidates: number;
  sampling: SamplingSettings;
  /** What ends the lane when Speculative Rejection, which ran before it, has used as much; null: nothing does. */
  limitedBy: 'tokens' | 'time' | null;
}

export interface RunRecord {
  id: string;
  prompt: string;
  status: RunStatus;
  settings: RunSettings;
  /** RFC 3339, UTC. */
  startedAt: string;
  endedAt: string | null;
  generator: GeneratorFacts;
  reward: RewardFacts;
  /** The second reward, which only judged the finished answers. */
  judge: RewardFacts | null;
  budgetBytes: number;
  appVersion: string;
  /** Processor name and number of cores. */
  cpu: string;
  error: { code: string; message: string } | null;
}

/** Where a lane's time went, in milliseconds. */
export interface LaneTimes {
  prompt: number;
  write: number;
  score: number;
  wait: number;
}

export interface LaneRecord {
  id: string;
  runId: string;
  strategy: StrategyName;
  /** 0 for the lane that ran first. */
  order: number;
  status: RunStatus;
  chosen: { index: number; reward: number } | null;
  tokensGenerated: number;
  /** Of those, the tokens of candidates that did not compete: stopped early, started again, or cut off by the limit. */
  tokensThrownAway: number;
  tokensScored: number;
  wallMs: number;
  timeMs: LaneTimes;
  timeFirstTokenMs: number | null;
  peakCacheBytes: number;
}

export interface CandidateRecord {
  index: number;
  state: CandidateState;
  /** How the answer ended; `rejected` where it was stopped early; null where it never ended. */
  finish: 'stop' | 'length' | 'rejected' | null;
  tokens: number[];
  text: string;
  /** The final reward, or the one at which it was stopped; null where there is none. */
  reward: number | null;
  /** What the second opinion says of the finished answer; null where there is none. */
  judgeReward: number | null;
  /** Answer tokens at which it was stopped early. */
  rejectedAt: number | null;
  /** When it ended or was stopped, in milliseconds of the lane's clock. */
  endedAtMs: number | null;
}

export interface LaneDetails extends LaneRecord {
  candidates: CandidateRecord[];
  events: LaneEvent[];
}

export interface RunDetails extends RunRecord {
  lanes: LaneDetails[];
}
