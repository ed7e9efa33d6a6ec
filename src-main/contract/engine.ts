/**
 * What the engine can do, as the rest of Winnow sees it. The engine runs in a process of its own; every call here is a
 * message to it (contract/engine-messages.ts), so everything that crosses is plain data.
 */

import type { DeviceTrial, DeviceTrialRequest } from './device-trial.ts';
import type { DeviceName } from './devices.ts';
import type { LinearForm } from './linear-forms.ts';
import type { ModelMemory } from './model-memory.ts';
import type { MeasureProgress, MeasureRequest, ModelSpeed } from './model-speed.ts';
import type { PreparedModel } from './prepared-models.ts';

export { deviceNames, type DeviceName } from './devices.ts';
export { linearForms, type LinearForm } from './linear-forms.ts';

/**
 * How long a stopped call may take to end by itself before its process is killed, in milliseconds; the engine sizes its
 * runs to stay below. A process that holds a gigabyte takes up to 0.2 s to go, and all together is to stay under half a
 * second.
 */
export const stopGraceMs = 250;

/** How a token is drawn. The definitions and their order are those of Hugging Face transformers. */
export interface SamplingSettings {
  /** 0 means greedy: always the likeliest token. */
  temperature: number;
  /** Keep the k likeliest tokens; 0 keeps all. */
  topK: number;
  /** Keep the likeliest tokens that together hold this probability; 1 keeps all. */
  topP: number;
  /** Keep tokens at least this fraction as likely as the likeliest; 0 keeps all. */
  minP: number;
  /** Divide (positive) or multiply (negative) the logits of tokens already in the prompt or the answer; 1 is off. */
  repetitionPenalty: number;
}

/** What the engine must be told to count the bytes of the cache exactly (paper.md: budget). */
export interface CacheGeometry {
  /** Keys and values of one token of one row over all layers, in bytes. */
  bytesPerToken: number;
  /** The cache is cut at multiples of this many tokens, counted from the answer's start. */
  blockTokens: number;
  /** One run of the graph writes at most this many tokens for every row. */
  runTokens: number;
  /** The prompt is read this many tokens at a time. */
  chunkTokens: number;
  /** Layers of the model: work on the cache goes layer by layer. */
  layers: number;
  /** The cache does not grow in place, as on a graphics card: what grows is there twice for a moment. */
  copied?: boolean;
  /**
   * How rows keep what they have read. `shared`, also where it is absent (runs recorded before there were others): the
   * prompt once for all of them, and a run adds its own tokens. `together`: each row has its prompt too, and each run takes
   * the whole cache of all rows and gives a new one; `apart`: the same, one row after the other.
   */
  layout?: 'shared' | 'together' | 'apart';
}

/** A generator that is loaded and ready. */
export interface GeneratorFacts {
  path: string;
  name: string;
  architecture: string;
  licence: string | null;
  /** SHA-256 of the model file, in hexadecimal. */
  contentHash: string;
  sizeBytes: number;
  /** The quantisation that the file is stored in, as its packagers name it (`Q4_1`). */
  quantisation: string;
  contextLength: number;
  vocabularySize: number;
  /** The form in which the linear layers are computed (`fp32`, `4-bit`, `int8`). */
  form: string;
  /** The device that is really used. */
  device: DeviceName;
  /** What a person should know of how it was loaded, in whole sentences. Absent in runs of before, and where there is nothing. */
  notices?: string[];
  cache: CacheGeometry;
}

/** A reward that is loaded and ready. */
export interface RewardFacts {
  kind: 'model' | 'likelihood';
  path: string | null;
  name: string;
  contentHash: string | null;
  /** The device that is really used. */
  device: DeviceName;
  /** As in GeneratorFacts. */
  notices?: string[];
  /** The most tokens that the reward model can read at once; null where there is no such limit. */
  windowTokens: number | null;
}

export interface LoadGeneratorRequest {
  path: string;
  device: DeviceName | 'auto';
  /** Absent or `auto`: chosen by the memory of the machine, without loss. Models that come as ONNX have a form of their own. */
  form?: LinearForm | 'auto';
  /** Where prepared models are kept. */
  preparedFolder: string;
  /** Reward models that will be loaded beside it: what all need together is looked at before the first is loaded. */
  beside?: string[];
}

export interface LoadRewardRequest {
  /**
   * A folder with a reward model (ONNX or safetensors), a file in one, a GGUF file with a classification head, or
   * `likelihood`: the generator's own mean log-likelihood.
   */
  path: string;
  device: DeviceName | 'auto';
  /** Where prepared models are kept. */
  preparedFolder: string;
}

/** What a model does in a run: it writes, it decides, or it only judges what is finished. */
export type ModelRole = 'generator' | 'reward' | 'judge';

/** Told while a model is prepared or loaded, and while devices are tried with it (by the core, not by the engine). */
export interface LoadProgress {
  step: 'trying' | 'checking' | 'preparing' | 'loading';
  /** 0 to 1. */
  fraction: number;
}

export interface BeginLaneRequest {
  prompt: string;
  seed: number;
  sampling: SamplingSettings;
  /** No answer is longer than this many tokens, its end token included. */
  maxTokens: number;
  /** Return the chosen tokens' log-probabilities (temperature 1, nothing cut). Always on for the likelihood reward. */
  logProbabilities: boolean;
}

/** The prompt has been read once (prefill); every candidate of the lane shares its cache. */
export interface LaneBegun {
  promptTokens: number;
  promptMs: number;
  /** Bytes of the prompt's cache. */
  cacheBytes: number;
  /** The most cache bytes held at once while the prompt was read. */
  peakCacheBytes: number;
  /**
   * How many tokens of an answer, in the reward model's own count, fit beside this prompt into its window; longer answers
   * are cut for scoring. null where there is no window.
   */
  rewardRoom: number | null;
}

/** The new tokens of one live candidate. */
export interface AdvancedCandidate {
  index: number;
  /** Only the new ones; the end token is included. */
  tokens: number[];
  /** One per new token where they were asked for, else empty. Natural logarithm. */
  logProbabilities: number[];
  /** The whole answer so far, decoded, without its end token. */
  text: string;
  /** `stop`: it wrote its end token; `length`: it reached maxTokens; null: still unfinished. */
  finish: 'stop' | 'length' | null;
}

export interface Advanced {
  /** Answer tokens that every live row has now (lockstep). */
  position: number;
  candidates: AdvancedCandidate[];
  /** Candidates that can go on. */
  live: number[];
  cacheBytes: number;
  /** The most cache bytes held at once during this call. */
  peakCacheBytes: number;
  writeMs: number;
}

export interface ScoreRequest {
  index: number;
  /** Score only the first tokens of the answer (observe); all of them where absent. */
  tokens?: number;
}

export interface ScoredCandidate {
  index: number;
  /** null where the text could not be scored (NaN, infinite). */
  reward: number | null;
  /** The reward model's window was too short for the whole text. */
  cut: boolean;
  /** Tokens given to the reward model for this text, without padding. */
  tokens: number;
}

export interface Scored {
  scores: ScoredCandidate[];
  scoreMs: number;
}

/** Told during `advance`, after every run of the graph. */
export type AdvanceProgress = Advanced;

/** How a reward model comes to its reward. */
export interface ModelJudging {
  /** Its outputs, and how much each counts; the reward is their weighted sum. */
  heads: { name: string; weight: number }[];
  /** What it reads: prompt and answer as a pair of texts, or a conversation in its chat template. */
  texts: 'pair' | 'conversation';
}

/** What a look into a model file or folder tells, without loading its weights. */
export interface ModelCheck {
  path: string;
  kind: 'generator' | 'reward';
  name: string;
  architecture: string;
  licence: string | null;
  sizeBytes: number;
  quantisation: string | null;
  contextLength: number | null;
  vocabularySize: number;
  /** Keys and values of one token of one row, in bytes; null for a reward model. */
  cacheBytesPerToken: number | null;
  /** null for a generator, and where it is not known. */
  judging: ModelJudging | null;
  /** What it takes of the memory; null where that is not known. */
  memory: ModelMemory | null;
  /** The form of a generator's linear layers on this computer, as in GeneratorFacts; null where that is not known. */
  form: string | null;
  /** What a generator takes on the disk once it is prepared, in bytes; null where nothing is prepared. */
  preparedBytes: number | null;
  /** Where a comparison that names no device runs it; null where the first one with this model finds that out. */
  device: DeviceName | null;
  supported: boolean;
  /** What a person should know before using it, in whole sentences. */
  warnings: string[];
  /** What is in the way, where it is not supported. */
  problem: { code: string; message: string; help: string } | null;
}

/** One device and whether it can be used here. */
export interface DeviceFacts {
  name: DeviceName;
  usable: boolean;
  /** Why not, or which hardware it is. */
  reason: string;
}

/**
 * The four verbs of design.md (start, advance, keep, score) for one lane at a time, and what goes before and after.
 * Calls are made one after the other; only `stop` may come while another call is running.
 */
export interface Engine {
  devices(): Promise<DeviceFacts[]>;
  /** Tries models on one device, and frees them. Throws the errors of loading a generator, device-failed, cancelled. */
  tryDevice(
    request: DeviceTrialRequest,
    onProgress?: (progress: LoadProgress) => void,
  ): Promise<DeviceTrial>;
  loadGenerator(
    request: LoadGeneratorRequest,
    onProgress?: (progress: LoadProgress) => void,
  ): Promise<GeneratorFacts>;
  loadReward(
    request: LoadRewardRequest,
    onProgress?: (progress: LoadProgress) => void,
  ): Promise<RewardFacts>;
  /** A second reward, which decides nothing (`judge`). null: none from now on, and what was loaded is freed. */
  loadJudge(
    request: LoadRewardRequest | null,
    onProgress?: (progress: LoadProgress) => void,
  ): Promise<RewardFacts | null>;
  /** Looks into a model's file or folder. Throws model-not-found; faults are in `problem`. */
  checkModel(path: string): Promise<ModelCheck>;
  /** Loads a model, measures it for some seconds and frees it. Throws what loading throws, cancelled. */
  measureModel(
    request: MeasureRequest,
    onProgress?: (progress: MeasureProgress) => void,
  ): Promise<ModelSpeed>;
  /** The models that lie prepared in a folder, the one used last first; with `clear`, what is left of them after that. */
  preparedModels(request: { folder: string; clear: boolean }): Promise<PreparedModel[]>;
  /** Tokens of the prompt in the loaded generator's chat form. Throws prompt-empty, prompt-invalid, prompt-too-long. */
  countPromptTokens(request: { prompt: string; maxTokens: number }): Promise<number>;
  /**
   * Whether there is room for so many candidates at once, and so many bytes of cache, beside the loaded models.
   * Throws out-of-memory, model-too-large.
   */
  requireMemory(lane: { rows: number; cacheBytes: number }): Promise<void>;
  /** Reads the prompt. Throws prompt-empty, prompt-invalid, prompt-too-long. */
  beginLane(request: BeginLaneRequest): Promise<LaneBegun>;
  /** Begins these candidates at the answer's start; rows of an earlier wave are dropped. */
  start(candidates: number[]): Promise<void>;
  /**
   * Writes up to `tokens` more tokens for every live row; returns early when all have finished. Rows that end are dropped
   * from the cache soon after, at the latest when the call returns. Throws cancelled, out-of-memory (the cache is as before the call's
   * last whole graph run).
   */
  advance(tokens: number, onProgress?: (progress: AdvanceProgress) => void): Promise<Advanced>;
  /** Drops all live rows but these. */
  keep(candidates: number[]): Promise<void>;
  /** Rewards of the texts so far, of any candidates of this lane, finished, kept or dropped. Throws cancelled. */
  score(requests: ScoreRequest[]): Promise<Scored>;
  /** What the judge says of these candidates' texts so far, as `score` does. Throws cancelled. */
  judge(candidates: number[]): Promise<Scored>;
  /** Frees the lane's cache and texts. */
  endLane(): Promise<void>;
}
