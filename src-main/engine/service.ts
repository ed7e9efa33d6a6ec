/** What the engine process holds: at most one generator, one reward, one judge and one lane at a time, behind the contract's verbs. */
import type {
  BeginLaneRequest,
  GeneratorFacts,
  LaneBegun,
  LoadGeneratorRequest,
  LoadRewardRequest,
  RewardFacts,
  Scored,
  ScoreRequest,
} from '../contract/engine.ts';
import { WinnowError } from '../contract/errors.ts';
import type { ModelMemory } from '../contract/model-memory.ts';
import { answerRoom } from '../domain/answer-room.ts';
import type { LaneMemory } from '../domain/memory-need.ts';
import { tryDevice } from './device-trial.ts';
import { listDevices } from './devices/devices.ts';
import { loadOrFallBack } from './devices/fall-back.ts';
import type { Generator, GeneratorLane } from './generator/generator.ts';
import { loadGenerator } from './generator/load-generator.ts';
import { clearPrepared, listPrepared } from './generator/prepared-cache.ts';
import { KnownMemory } from './known-memory.ts';
import { measureSpeed } from './measure-speed.ts';
import { checkModel } from './model-check.ts';
import { requireRoomFor } from './model-memory.ts';
import { modelStamp } from './model-stamp.ts';
import { loadReward, type Reward } from './rewards/reward.ts';
import type { CallContext, EngineService } from './server.ts';

/** A model that is loaded, and from what: a file that has changed since is loaded again. */
interface Held<Model> {
  model: Model;
  key: string;
}

/** Makes the engine's methods, with nothing loaded yet. */
export function createEngineService(): EngineService {
  const engine = new LoadedEngine();
  return {
    devices: () => listDevices(),
    tryDevice: (request, context) => tryDevice(request, context),
    checkModel: (path) => checkModel(path),
    measureModel: (request, context) => measureSpeed(request, context),
    preparedModels: ({ folder, clear }) => (clear ? clearPrepared(folder) : listPrepared(folder)),
    loadGenerator: (request, context) => engine.loadGenerator(request, context),
    loadReward: (request, context) => engine.loadReward(request, context),
    loadJudge: (request, context) => engine.loadJudge(request, context),
    countPromptTokens: ({ prompt, maxTokens }) => engine.countPromptTokens(prompt, maxTokens),
    requireMemory: (lane) => engine.requireMemory(lane),
    beginLane: (request, context) => engine.beginLane(request, context),
    start: (candidates) => engine.requireLane().start(candidates),
    advance: (tokens, { onProgress, shouldStop }) =>
      engine.requireLane().advance(tokens, { onProgress, shouldStop }),
    keep: (candidates) => engine.requireLane().keep(candidates),
    score: (requests, context) => engine.score(requests, context),
    judge: (candidates, context) => engine.judge(candidates, context),
    endLane: () => engine.endLane(),
  };
}

class LoadedEngine {
  private generator: Held<Generator> | null = null;
  private reward: Held<Reward> | null = null;
  private judging: Held<Reward> | null = null;
  private lane: { lane: GeneratorLane; prompt: string } | null = null;
  /** What the loaded generator takes of the memory; null where that could not be told. */
  private generatorMemory: ModelMemory | null = null;
  private readonly rewardMemory = new KnownMemory();

  async loadGenerator(
    request: LoadGeneratorRequest,
    { onProgress, shouldStop }: CallContext,
  ): Promise<GeneratorFacts> {
    await this.endLane();
    const key = await keyOf(request.path, request.device, request.form);
    if (this.generator?.key === key) return this.generator.model.facts;
    const before = this.generator;
    this.generator = null;
    await before?.model.close();
    this.generatorMemory = null;
    const rewards = await this.rewardMemory.of(request.beside ?? []);
    const onMemory = (memory: ModelMemory): void => {
      requireRoomFor(memory, rewards);
      this.generatorMemory = memory;
    };
    const model = await loadOrFallBack(request.device, (device) =>
      loadGenerator({ ...request, device, onMemory, onProgress, shouldStop }),
    );
    this.generator = { model, key };
    return model.facts;
  }

  async loadReward(request: LoadRewardRequest, context: CallContext): Promise<RewardFacts> {
    const before = this.reward;
    this.reward = null;
    this.reward = await holdReward(before, request, context);
    return this.reward.model.facts;
  }

  async loadJudge(
    request: LoadRewardRequest | null,
    context: CallContext,
  ): Promise<RewardFacts | null> {
    const before = this.judging;
    this.judging = null;
    if (request === null) {
      await before?.model.close();
      return null;
    }
    this.judging = await holdReward(before, request, context);
    return this.judging.model.facts;
  }

  async requireMemory(lane: LaneMemory): Promise<void> {
    if (this.generatorMemory === null) return;
    const loaded = [this.reward, this.judging].flatMap((held) => held?.model.facts.path ?? []);
    requireRoomFor(this.generatorMemory, await this.rewardMemory.of(loaded), lane);
  }

  countPromptTokens(prompt: string, maxTokens: number): Promise<number> {
    const { tokenizer, facts } = this.requireGenerator();
    return Promise.resolve(tokenizer.encodePrompt(prompt)).then((ids) => {
      answerRoom(ids.length, facts.contextLength, maxTokens);
      return ids.length;
    });
  }

  async beginLane(request: BeginLaneRequest, { shouldStop }: CallContext): Promise<LaneBegun> {
    await this.endLane();
    const reward = this.requireReward();
    const lane = await this.requireGenerator().beginLane(request, { shouldStop });
    this.lane = { lane, prompt: request.prompt };
    return { ...lane.begun, rewardRoom: reward.answerRoom(request.prompt) };
  }

  score(requests: ScoreRequest[], context: CallContext): Promise<Scored> {
    return this.scoreBy(this.requireReward(), requests, context);
  }

  judge(candidates: number[], context: CallContext): Promise<Scored> {
    if (this.judging === null) throw outOfOrder('no judge is loaded');
    const requests = candidates.map((index) => ({ index }));
    return this.scoreBy(this.judging.model, requests, context);
  }

  private async scoreBy(
    reward: Reward,
    requests: ScoreRequest[],
    { shouldStop }: CallContext,
  ): Promise<Scored> {
    const lane = this.requireLane();
    const began = performance.now();
    const answers = requests.map(({ index, tokens }) => ({
      text: lane.textOf(index, tokens),
      logProbabilities: lane.logProbabilitiesOf(index).slice(0, tokens),
    }));
    const scored = await reward.score(this.lane?.prompt ?? '', answers, { shouldStop });
    const scores = requests.map(({ index }, place) => ({
      index,
      reward: scored[place]?.reward ?? null,
      cut: scored[place]?.cut ?? false,
      tokens: scored[place]?.tokens ?? 0,
    }));
    return { scores, scoreMs: performance.now() - began };
  }

  async endLane(): Promise<void> {
    const before = this.lane;
    this.lane = null;
    for (const held of [this.reward, this.judging]) held?.model.forget();
    await before?.lane.end();
  }

  requireLane(): GeneratorLane {
    if (this.lane === null) throw outOfOrder('no lane has begun');
    return this.lane.lane;
  }

  private requireGenerator(): Generator {
    if (this.generator === null) throw outOfOrder('no generator is loaded');
    return this.generator.model;
  }

  private requireReward(): Reward {
    if (this.reward === null) throw outOfOrder('no reward is loaded');
    return this.reward.model;
  }
}

/** The reward that is asked for: the one before where it is the same, else that one is closed and the new one loaded. */
async function holdReward(
  before: Held<Reward> | null,
  request: LoadRewardRequest,
  { onProgress, shouldStop }: CallContext,
): Promise<Held<Reward>> {
  const { path, device } = request;
  const key = path === 'likelihood' ? `${path} on ${device}` : await keyOf(path, device);
  if (before?.key === key) return before;
  await before?.model.close();
  const load = (chosen: LoadRewardRequest['device']) =>
    loadReward({ ...request, device: chosen }, onProgress, shouldStop);
  return {
    model: await (path === 'likelihood' ? load(device) : loadOrFallBack(device, load)),
    key,
  };
}

/** The same path and device, and nothing changed since: the same model. */
async function keyOf(path: string, device: string, form = 'auto'): Promise<string> {
  return JSON.stringify([path, device, form, await modelStamp(path)]);
}

/** Only a fault in Winnow itself can ask in the wrong order. */
function outOfOrder(reason: string): WinnowError {
  return new WinnowError(
    'internal',
    'The engine was asked for something it is not ready for.',
    'Try again. If it happens again, please report it.',
    { reason },
  );
}
