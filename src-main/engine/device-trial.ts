/** Tries the models at hand on one device: what they write and score, and how fast. */
import type { DeviceTrial, DeviceTrialRequest } from '../contract/device-trial.ts';
import { WinnowError } from '../contract/errors.ts';
import type { ModelMemory } from '../contract/model-memory.ts';
import type { Generator, GeneratorLane } from './generator/generator.ts';
import { loadGenerator } from './generator/load-generator.ts';
import { modelMemory, requireRoomFor } from './model-memory.ts';
import { loadReward } from './rewards/reward.ts';
import type { CallContext } from './server.ts';

const prompt = 'Why is the sky blue? Answer in one sentence.';
const texts = ['Because air scatters blue light more than red light.', 'I like cheese.', ''];
const drawnAnswers = 7;
const comparedTokens = 16;
/** Candidates at once while the speed is measured: a comparison writes many. */
const measuredRows = 16;
const measuredTokens = 24;
/** Of the prompt above, with room for the words that a chat template puts around it. */
const longestPrompt = 100;

/**
 * Loads both models on the device, one after the other, and frees them.
 * @throws the errors of loading a generator; device-failed, cancelled; model-too-large, out-of-memory where this
 *   computer has no room for one of them
 */
export async function tryDevice(
  request: DeviceTrialRequest,
  context: CallContext,
): Promise<DeviceTrial> {
  const generator = await loadGenerator({
    path: request.generator,
    preparedFolder: request.preparedFolder,
    device: request.device,
    form: request.form ?? 'auto',
    onMemory: requireRoomForTrial,
    onProgress: context.onProgress,
    shouldStop: context.shouldStop,
  });
  let written: Omit<DeviceTrial, 'rewards'>;
  try {
    const answers = [
      ...(await write(generator, [0], 0, context)),
      ...(await write(
        generator,
        Array.from({ length: drawnAnswers }, (_, i) => i),
        1,
        context,
      )),
    ];
    const tokensPerSecond = await measure(generator, context);
    written = { form: generator.facts.form, answers, tokensPerSecond };
  } finally {
    await generator.close();
  }
  return { ...written, rewards: await score(request, context) };
}

function requireRoomForTrial(memory: ModelMemory): void {
  const tokens = longestPrompt + 2 * measuredTokens;
  const cacheBytes = measuredRows * tokens * memory.cacheBytesPerToken;
  requireRoomFor(memory, [], { rows: measuredRows, cacheBytes });
}

async function begin(
  generator: Generator,
  { temperature, maxTokens }: { temperature: number; maxTokens: number },
  { shouldStop }: CallContext,
): Promise<GeneratorLane> {
  const sampling = { temperature, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };
  const request = { prompt, seed: 1, sampling, maxTokens, logProbabilities: true };
  return generator.beginLane(request, { shouldStop });
}

async function write(
  generator: Generator,
  candidates: number[],
  temperature: number,
  context: CallContext,
): Promise<DeviceTrial['answers']> {
  const lane = await begin(generator, { temperature, maxTokens: comparedTokens }, context);
  try {
    await lane.start(candidates);
    await lane.advance(comparedTokens, { shouldStop: context.shouldStop });
    return candidates.map((index) => ({
      tokens: lane.tokensOf(index),
      logProbabilities: lane.logProbabilitiesOf(index),
    }));
  } finally {
    await lane.end();
  }
}

async function measure(generator: Generator, context: CallContext): Promise<number> {
  const maxTokens = Math.min(2 * measuredTokens, Math.floor(generator.facts.contextLength / 2));
  const lane = await begin(generator, { temperature: 1, maxTokens }, context);
  try {
    const { shouldStop } = context;
    await lane.start(Array.from({ length: measuredRows }, (_, index) => index));
    // The first runs make buffers and programs.
    await lane.advance(4, { shouldStop });
    const began = performance.now();
    const { candidates } = await lane.advance(measuredTokens, { shouldStop });
    const tokens = candidates.reduce((sum, candidate) => sum + candidate.tokens.length, 0);
    return tokens / ((performance.now() - began) / 1000);
  } finally {
    await lane.end();
  }
}

/** null where there is no reward model, or where it does not work on this device: then it stays on the processor. */
async function score(
  { reward: path, device, preparedFolder }: DeviceTrialRequest,
  { shouldStop }: CallContext,
): Promise<DeviceTrial['rewards']> {
  if (path === 'likelihood') return null;
  const memory = await modelMemory(path);
  if (memory !== null) requireRoomFor(memory, []);
  try {
    const reward = await loadReward({ path, device, preparedFolder }, undefined, shouldStop);
    try {
      const answers = texts.map((text) => ({ text, logProbabilities: [] }));
      const scored = await reward.score(prompt, answers, { shouldStop });
      return scored.map((one) => one.reward);
    } finally {
      await reward.close();
    }
  } catch (error) {
    if (error instanceof WinnowError && error.code === 'cancelled') throw error;
    return null;
  }
}
