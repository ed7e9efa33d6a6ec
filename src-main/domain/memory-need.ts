/**
 * What a comparison needs of this computer's memory: the models, the cache and what is there only for a moment. Summed
 * before anything is loaded (engine/model-memory.ts), and shown by a look into a model. docs/memory.md has the measures.
 */
import type { ModelMemory } from '../contract/model-memory.ts';
import { WinnowError } from '../contract/errors.ts';

/** What a lane holds at its fullest. */
export interface LaneMemory {
  /** Candidates that are written at once. */
  rows: number;
  /** The cache, as cache-cost.ts counts it. */
  cacheBytes: number;
}

export interface MemoryNeed {
  /** What the sum is made of, in plain words that fit behind "for"; parts of 0 bytes are left out. */
  parts: { name: string; bytes: number }[];
  /** The sum: there must be so much room. */
  bytes: number;
  /**
   * The most that the process holds at any moment. More than `bytes` where a model's file is mapped a second time while
   * it is loaded: those pages count as the process's, but the system takes them back as soon as they are needed.
   */
  peakBytes: number;
}

const answersCache = "the answers' cache";

/** Node, onnxruntime and Winnow's own code: measured, whatever is loaded. */
export const programBytes = 130e6;

/**
 * Adds up what is there at once.
 * @param rewards every reward model that is loaded beside the generator
 */
export function memoryNeed(
  generator: ModelMemory,
  rewards: readonly ModelMemory[],
  { rows, cacheBytes }: LaneMemory,
): MemoryNeed {
  const models = [generator, ...rewards];
  const itself = programBytes + sum(models.map(({ tokenizer }) => tokenizer));
  const parts = [
    { name: 'the model that writes', bytes: generator.weights },
    { name: 'the reward model', bytes: sum(rewards.map(({ weights }) => weights)) },
    { name: answersCache, bytes: cacheBytes },
    { name: 'texts that were judged', bytes: sum(models.map(({ kept }) => kept)) },
    // Generator and reward models compute in turns; what one has freed the next one takes.
    {
      name: 'computing',
      bytes: rows * generator.perRow + Math.max(...models.map(({ working }) => working)),
    },
    { name: 'Winnow itself', bytes: itself },
  ].filter(({ bytes }) => bytes > 0);
  const running = sum(parts.map(({ bytes }) => bytes));
  /** While each model is loaded, the ones before it are there. */
  const whileLoading = (beside: (model: ModelMemory) => number): number =>
    Math.max(
      ...models.map((model, place) => {
        const loaded = models.slice(0, place + 1);
        return itself + sum(loaded.map(({ weights }) => weights)) + beside(model);
      }),
    );
  const bytes = Math.max(
    running,
    whileLoading(({ loading }) => loading),
  );
  if (bytes > running) parts.push({ name: 'loading', bytes: bytes - running });
  const peakBytes = Math.max(
    bytes,
    whileLoading(({ loading, mapped }) => loading + mapped),
  );
  return { parts, bytes, peakBytes };
}

/**
 * What one model needs alone, with so many candidates of so many tokens (prompt and answer) each at once.
 * A reward model has no candidates; whatever is given, it needs the same.
 */
export function memoryAlone(memory: ModelMemory, rows: number, tokens: number): MemoryNeed {
  const cacheBytes = rows * tokens * memory.cacheBytesPerToken;
  return memoryNeed(memory, [], { rows, cacheBytes });
}

/**
 * Refuses what does not fit.
 * @param roomBytes what the process may hold in all: what it holds now, and what is free
 * @param totalBytes of the machine
 * @throws model-too-large where the machine could never hold it, out-of-memory where too much else is running
 */
export function requireRoom(need: MemoryNeed, roomBytes: number, totalBytes: number): void {
  if (need.bytes <= roomBytes) return;
  const [first = '', ...others] = [...need.parts]
    .sort((one, other) => other.bytes - one.bytes)
    .map(({ name, bytes }) => `${inWords(bytes)} for ${name}`);
  const parts =
    others.length === 0
      ? first
      : `${[first, ...others.slice(0, -1)].join(', ')} and ${others.at(-1) ?? ''}`;
  const never = need.bytes > totalBytes;
  const there = never
    ? `This computer has ${inWords(totalBytes)} in all.`
    : `Only ${inWords(Math.max(0, roomBytes))} are free now.`;
  throw new WinnowError(
    never ? 'model-too-large' : 'out-of-memory',
    `This needs about ${inWords(need.bytes)} of memory: ${parts}. ${there}`,
    wayOut(need, never),
    {
      neededBytes: Math.round(need.bytes),
      roomBytes: Math.round(roomBytes),
      totalBytes,
      mostly: largestPart(need) === answersCache ? 'answers' : 'models',
    },
  );
}

/** What to change is what takes the most. */
function wayOut(need: MemoryNeed, never: boolean): string {
  const first = never ? '' : 'Close other programs, or ';
  const change =
    largestPart(need) === answersCache
      ? 'choose fewer or shorter answers, or a smaller memory budget.'
      : 'choose a smaller model or one that is stored in fewer bits, or fewer candidates.';
  return first === '' ? `C${change.slice(1)}` : `${first}${change}`;
}

function largestPart({ parts }: MemoryNeed): string {
  return parts.reduce((most, part) => (part.bytes > most.bytes ? part : most), {
    name: '',
    bytes: 0,
  }).name;
}

/** Bytes as a person says them: `5.2 GB`, `640 MB`. (1 GB = 1,000,000,000 bytes) */
function inWords(bytes: number): string {
  return bytes >= 999.5e6 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}

const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, next) => total + next, 0);
