/** A reward model in ONNX form: loaded from a Hugging Face folder, it gives a text one number. */
import { resolve } from 'node:path';
import type { DeviceName, LoadProgress, RewardFacts } from '../../contract/engine.ts';
import { cancelled, WinnowError } from '../../contract/errors.ts';
import { resolveDevice } from '../devices/devices.ts';
import { hashRewardFolder, readRewardFolder } from './folder.ts';
import { makePace } from './pace.ts';
import { makePairTokenizer } from './pair-tokenizer.ts';
import { openRewardSession } from './session.ts';
import { checkVocabulary, tryOut, type LoadedParts } from './try-out.ts';
import { framePair, paddedLength, roomBeside, type EncodedPair } from './window.ts';

export interface RewardModel {
  facts: RewardFacts;
  /**
   * Scores answers to one prompt. A text's reward is the same, bit for bit, whatever else is scored with it.
   * @returns one result for each answer, in the order given
   * @throws WinnowError cancelled, out-of-memory, engine-failed
   */
  score(prompt: string, answers: string[], options?: ScoreOptions): Promise<ScoredText[]>;
  /** How many tokens of an answer, in the model's own count, fit beside this prompt; longer answers are cut. */
  answerRoom(prompt: string): number;
  close(): Promise<void>;
}

export interface ScoreOptions {
  /** Asked between runs of the graph; true makes `score` throw `cancelled`. */
  shouldStop?: () => boolean;
}

export interface ScoredText {
  /** null where the text could not be scored (NaN, infinite). */
  reward: number | null;
  /** The text was too long for the window (paper.md, edge case 14). */
  cut: boolean;
  /** Tokens given to the reward model for this text: special tokens included, padding not. Equal texts count each time. */
  tokens: number;
}

export interface LoadRewardModelOptions {
  /** Holds config.json, tokenizer.json, tokenizer_config.json and onnx/model.onnx (or model.onnx). */
  folder: string;
  device: DeviceName | 'auto';
  onProgress?: (progress: LoadProgress) => void;
}

/**
 * Loads a reward model and tries it on a short and on the longest possible text.
 * @throws WinnowError model-not-found, model-unreadable, model-damaged, model-too-large, model-tokenizer-unsupported,
 *   model-vocabulary-mismatch, reward-model-invalid, device-unavailable, out-of-memory
 */
export async function loadRewardModel(options: LoadRewardModelOptions): Promise<RewardModel> {
  const { onProgress } = options;
  onProgress?.({ step: 'checking', fraction: 0 });
  const path = resolve(options.folder);
  const { device } = await resolveDevice(options.device);
  const folder = await readRewardFolder(path);
  const { tokenizer: file, tokenizerConfig, hasChatTemplate } = folder;
  const tokenizer = makePairTokenizer(file, tokenizerConfig, hasChatTemplate);
  checkVocabulary(folder, tokenizer);
  const contentHash = await hashRewardFolder(path, folder.modelPath);
  onProgress?.({ step: 'loading', fraction: 0.2 });
  const session = await openRewardSession(folder.modelPath, device, folder.padId);
  onProgress?.({ step: 'loading', fraction: 0.8 });
  const parts = { folder, tokenizer, session, pace: makePace() };
  try {
    await tryOut(parts);
  } catch (error) {
    await session.close();
    throw error;
  }
  onProgress?.({ step: 'loading', fraction: 1 });
  const { name, windowTokens } = folder;
  const facts: RewardFacts = { kind: 'model', path, name, contentHash, device, windowTokens };
  return {
    facts,
    score: (prompt, answers, scoreOptions = {}) =>
      scoreAnswers(parts, prompt, answers, scoreOptions.shouldStop ?? (() => false)),
    answerRoom: (prompt) =>
      roomBeside(tokenizer.encode(prompt).length, windowTokens, tokenizer.frame),
    close: () => session.close(),
  };
}

async function scoreAnswers(
  parts: LoadedParts,
  prompt: string,
  answers: readonly string[],
  shouldStop: () => boolean,
): Promise<ScoredText[]> {
  const pairs = await encodeAnswers(parts, prompt, answers, shouldStop);
  const scored: ScoredText[] = pairs.map(({ ids, cut }) => ({
    reward: null,
    cut,
    tokens: ids.length,
  }));
  for (const [length, indexes] of groupByLength(pairs, parts.folder.windowTokens)) {
    let next = 0;
    while (next < indexes.length) {
      await letMessagesIn(shouldStop);
      const left = indexes.length - next;
      // Batches of about one size: a last one of a single text would cost as much as two.
      const batches = Math.ceil(left / parts.pace.rowsFor(length));
      const batch = indexes.slice(next, next + Math.ceil(left / batches));
      const rewards = await runBatch(parts, select(pairs, batch), length);
      if (rewards === null) continue;
      batch.forEach((index, row) => {
        const reward = rewards[row] ?? NaN;
        const result = scored[index];
        if (result) result.reward = Number.isFinite(reward) ? reward : null;
      });
      next += batch.length;
    }
  }
  return scored;
}

/** Rewards of a batch; null where memory did not suffice and a smaller one should be tried. */
async function runBatch(
  { session, pace }: LoadedParts,
  pairs: readonly EncodedPair[],
  length: number,
): Promise<Float32Array | null> {
  const started = performance.now();
  try {
    const rewards = await session.run(pairs, length);
    pace.note(length, pairs.length, performance.now() - started);
    return rewards;
  } catch (error) {
    const tooMany = error instanceof WinnowError && error.code === 'out-of-memory';
    if (!tooMany || pairs.length === 1) throw error;
    pace.limitTo(Math.floor(pairs.length / 2));
    return null;
  }
}

async function encodeAnswers(
  { folder, tokenizer }: LoadedParts,
  prompt: string,
  answers: readonly string[],
  shouldStop: () => boolean,
): Promise<EncodedPair[]> {
  const promptIds = tokenizer.encode(prompt);
  const pairs: EncodedPair[] = [];
  let lastPause = performance.now();
  for (const answer of answers) {
    if (performance.now() - lastPause > 50) {
      await letMessagesIn(shouldStop);
      lastPause = performance.now();
    }
    pairs.push(
      framePair(promptIds, tokenizer.encode(answer), tokenizer.frame, folder.windowTokens),
    );
  }
  return pairs;
}

/** Indexes of the texts that are padded to the same length, shortest first. */
function groupByLength(pairs: readonly EncodedPair[], windowTokens: number): [number, number[]][] {
  const groups = new Map<number, number[]>();
  pairs.forEach(({ ids }, index) => {
    const length = paddedLength(ids.length, windowTokens);
    groups.set(length, [...(groups.get(length) ?? []), index]);
  });
  return [...groups].sort(([first], [second]) => first - second);
}

function select<Item>(items: readonly Item[], indexes: readonly number[]): Item[] {
  return indexes.flatMap((index) => items[index] ?? []);
}

/** Gives the event loop a turn, so that a message that asks to stop can arrive. */
async function letMessagesIn(shouldStop: () => boolean): Promise<void> {
  await new Promise((done) => setImmediate(done));
  if (shouldStop()) throw cancelled();
}
