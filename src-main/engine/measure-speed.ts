/** Measures how fast a model is here: it is really loaded, and works for five seconds at most. */
import type { MeasureProgress, MeasureRequest, ModelSpeed } from '../contract/model-speed.ts';
import { cancelled } from '../contract/errors.ts';
import type { ModelMemory } from '../contract/model-memory.ts';
import { loadOrFallBack } from './devices/fall-back.ts';
import type { Generator, GeneratorLane } from './generator/generator.ts';
import { loadGenerator } from './generator/load-generator.ts';
import { modelMemory, requireRoomFor } from './model-memory.ts';
import { loadReward, type Reward } from './rewards/reward.ts';
import type { CallContext } from './server.ts';

const measuredMs = 5000;
/** Candidates, or texts, at once. */
const atOnce = 16;
/** Tokens between two looks at the clock. */
const tokensAtATime = 8;
/** Longer answers than this are begun anew. */
const longestAnswer = 256;

const prompt = 'Write a long story about a lighthouse keeper who finds a message in a bottle.';
const sampling = { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };

/**
 * Loads the model, measures it, and frees it.
 * @throws the errors of loading a model; cancelled
 */
export function measureSpeed(request: MeasureRequest, context: CallContext): Promise<ModelSpeed> {
  return request.kind === 'generator' ? ofGenerator(request, context) : ofReward(request, context);
}

type Report = (progress: MeasureProgress) => void;

async function ofGenerator(
  { path, preparedFolder, device: wanted = 'cpu' }: MeasureRequest,
  { onProgress, shouldStop }: CallContext,
): Promise<ModelSpeed> {
  const onMemory = (memory: ModelMemory): void =>
    requireRoomFor(memory, [], {
      rows: atOnce,
      cacheBytes: atOnce * longestAnswer * memory.cacheBytesPerToken,
    });
  const generator = await loadOrFallBack(wanted, (device) =>
    loadGenerator({ path, preparedFolder, device, onMemory, onProgress, shouldStop }),
  );
  try {
    const perSecond = await writtenPerSecond(generator, { onProgress, shouldStop });
    const { device, form } = generator.facts;
    return { kind: 'generator', perSecond, atOnce, device, form };
  } finally {
    await generator.close();
  }
}

async function writtenPerSecond(
  generator: Generator,
  { onProgress, shouldStop }: { onProgress: Report; shouldStop: () => boolean },
): Promise<number> {
  const maxTokens = Math.min(longestAnswer, Math.floor(generator.facts.contextLength / 2));
  const request = { prompt, seed: 1, sampling, maxTokens, logProbabilities: false };
  const lane = await generator.beginLane(request, { shouldStop });
  try {
    // The first run is slower: buffers are made.
    let live = await begin(lane);
    let tokens = 0;
    const clock = startClock(onProgress);
    while (clock.goesOn()) {
      if (shouldStop()) throw cancelled();
      if (live.length === 0) live = await clock.pausing(() => begin(lane));
      const { candidates, live: left } = await lane.advance(tokensAtATime, { shouldStop });
      tokens += candidates.reduce((sum, candidate) => sum + candidate.tokens.length, 0);
      live = left;
    }
    return tokens / clock.seconds();
  } finally {
    await lane.end();
  }
}

async function begin(lane: GeneratorLane): Promise<number[]> {
  await lane.start(Array.from({ length: atOnce }, (_, candidate) => candidate));
  return (await lane.advance(1)).live;
}

async function ofReward(
  { path, preparedFolder, device: wanted = 'cpu' }: MeasureRequest,
  { onProgress, shouldStop }: CallContext,
): Promise<ModelSpeed> {
  const memory = await modelMemory(path);
  if (memory !== null) requireRoomFor(memory, []);
  const reward = await loadOrFallBack(wanted, (device) =>
    loadReward({ path, device, preparedFolder }, onProgress, shouldStop),
  );
  try {
    const perSecond = await scoredPerSecond(reward, { onProgress, shouldStop });
    return { kind: 'reward', perSecond, atOnce, device: reward.facts.device, form: null };
  } finally {
    await reward.close();
  }
}

/** An answer of about a hundred tokens; each is another one, so that nothing is known of it from before. */
const answer = (number: number): string =>
  `Story ${number}. ${'The keeper climbed the stairs, lit the lamp and read the letter again. '.repeat(7)}`;

async function scoredPerSecond(
  reward: Reward,
  { onProgress, shouldStop }: { onProgress: Report; shouldStop: () => boolean },
): Promise<number> {
  let texts = 0;
  const scoreSome = async (): Promise<void> => {
    const answers = Array.from({ length: atOnce }, (_, place) => ({
      text: answer(texts + place),
      logProbabilities: [],
    }));
    await reward.score(prompt, answers, { shouldStop });
    texts += atOnce;
  };
  await scoreSome();
  const before = texts;
  const clock = startClock(onProgress);
  while (clock.goesOn()) await scoreSome();
  return (texts - before) / clock.seconds();
}

/** Counts the time of what is measured, and tells how much of it is over. */
function startClock(onProgress: Report) {
  const began = performance.now();
  let pausedMs = 0;
  const elapsed = (): number => performance.now() - began - pausedMs;
  return {
    goesOn(): boolean {
      onProgress({ step: 'measuring', fraction: Math.min(1, elapsed() / measuredMs) });
      return elapsed() < measuredMs;
    },
    /** What is done meanwhile does not count. */
    async pausing<Result>(work: () => Promise<Result>): Promise<Result> {
      const from = performance.now();
      const result = await work();
      pausedMs += performance.now() - from;
      return result;
    },
    seconds: () => elapsed() / 1000,
  };
}
