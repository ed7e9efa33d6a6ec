/**
 * Keeps one engine process running and speaks to it. To the core it is simply an `Engine`, plus `stop` and `close`.
 *
 * If the process dies, the call in flight fails with `engine-died` and the next call starts a new process; what had been
 * loaded is loaded again first. There is no crash loop: only a call, or a stop that had to kill, starts a process.
 */
import type { DeviceTrialRequest } from '../contract/device-trial.ts';
import type { EngineMethod } from '../contract/engine-messages.ts';
import {
  stopGraceMs,
  type Advanced,
  type Engine,
  type LoadGeneratorRequest,
  type LoadProgress,
  type LoadRewardRequest,
} from '../contract/engine.ts';
import { cancelled, WinnowError } from '../contract/errors.ts';
import type { MeasureProgress, MeasureRequest } from '../contract/model-speed.ts';
import type { StopOutcome, StoppableEngine } from '../core/engine.ts';
import type { EngineChannelMaker, EngineExit } from './engine-channel.ts';
import { died, EngineConnection, type ProgressListener } from './engine-connection.ts';

/** Deaths in a row after which no new process is started until `close`. */
const maximumDeathsInARow = 5;

/** The verbs of a lane, which go on with what `beginLane` left in the process. */
const laneVerbs: readonly EngineMethod[] = [
  'start',
  'advance',
  'keep',
  'score',
  'judge',
  'endLane',
];

/** They bring their own models, so they need not wait for those of before. */
const loads: readonly EngineMethod[] = ['loadGenerator', 'loadReward', 'loadJudge'];

export interface EngineHostOptions {
  /** Told when a process ends that nobody here has ended. */
  onDeath?: (exit: EngineExit) => void;
  /** How long a stopped call may take to end by itself, in milliseconds, before its process is killed. */
  graceMs?: number;
}

/** Makes a host that starts its engine lazily, at the first call. */
export function createEngineHost(
  makeChannel: EngineChannelMaker,
  options: EngineHostOptions = {},
): StoppableEngine {
  return new RestartingEngineHost(makeChannel, options);
}

class RestartingEngineHost implements StoppableEngine {
  private readonly makeChannel: EngineChannelMaker;
  private readonly options: EngineHostOptions;
  private connection: EngineConnection | null = null;
  /** The process in which the present lane began. */
  private laneConnection: EngineConnection | null = null;
  private deathsInARow = 0;
  private closed = false;
  /** How often a person has stopped a call. */
  private stops = 0;
  private generator: LoadGeneratorRequest | null = null;
  private reward: LoadRewardRequest | null = null;
  private judging: LoadRewardRequest | null = null;
  /** Settles when what had been loaded before a restart is loaded again. */
  private restored: Promise<unknown> = Promise.resolve();

  constructor(makeChannel: EngineChannelMaker, options: EngineHostOptions) {
    this.makeChannel = makeChannel;
    this.options = options;
  }

  get pid(): number | undefined {
    return this.connection?.pid;
  }

  devices(): ReturnType<Engine['devices']> {
    return this.call('devices', undefined);
  }

  tryDevice(
    request: DeviceTrialRequest,
    onProgress?: (progress: LoadProgress) => void,
  ): ReturnType<Engine['tryDevice']> {
    return this.call('tryDevice', request, onProgress);
  }

  async loadGenerator(
    request: LoadGeneratorRequest,
    onProgress?: (progress: LoadProgress) => void,
  ): ReturnType<Engine['loadGenerator']> {
    const facts = await this.call('loadGenerator', request, onProgress);
    this.generator = request;
    return facts;
  }

  async loadReward(
    request: LoadRewardRequest,
    onProgress?: (progress: LoadProgress) => void,
  ): ReturnType<Engine['loadReward']> {
    const facts = await this.call('loadReward', request, onProgress);
    this.reward = request;
    return facts;
  }

  async loadJudge(
    request: LoadRewardRequest | null,
    onProgress?: (progress: LoadProgress) => void,
  ): ReturnType<Engine['loadJudge']> {
    const facts = await this.call('loadJudge', request, onProgress);
    this.judging = request;
    return facts;
  }

  measureModel(
    request: MeasureRequest,
    onProgress?: (progress: MeasureProgress) => void,
  ): ReturnType<Engine['measureModel']> {
    return this.call('measureModel', request, onProgress);
  }

  preparedModels(
    request: Parameters<Engine['preparedModels']>[0],
  ): ReturnType<Engine['preparedModels']> {
    return this.call('preparedModels', request);
  }

  checkModel(path: string): ReturnType<Engine['checkModel']> {
    return this.call('checkModel', path);
  }

  countPromptTokens(request: { prompt: string; maxTokens: number }): Promise<number> {
    return this.call('countPromptTokens', request);
  }

  requireMemory(lane: Parameters<Engine['requireMemory']>[0]): Promise<void> {
    return this.call('requireMemory', lane);
  }

  beginLane(request: Parameters<Engine['beginLane']>[0]): ReturnType<Engine['beginLane']> {
    return this.call('beginLane', request);
  }

  start(candidates: number[]): Promise<void> {
    return this.call('start', candidates);
  }

  advance(tokens: number, onProgress?: (progress: Advanced) => void): Promise<Advanced> {
    return this.call('advance', tokens, onProgress);
  }

  keep(candidates: number[]): Promise<void> {
    return this.call('keep', candidates);
  }

  score(requests: Parameters<Engine['score']>[0]): ReturnType<Engine['score']> {
    return this.call('score', requests);
  }

  judge(candidates: number[]): ReturnType<Engine['judge']> {
    return this.call('judge', candidates);
  }

  endLane(): Promise<void> {
    return this.call('endLane', undefined);
  }

  async stop(): Promise<StopOutcome> {
    this.stops += 1;
    const connection = this.connection;
    if (connection === null) return { killed: false };
    const killed = await connection.stop(this.options.graceMs ?? stopGraceMs);
    if (killed) {
      this.connection = null;
      this.deathsInARow = 0;
      this.startAgainInTheBackground();
    }
    return { killed };
  }

  async unload(): Promise<void> {
    this.generator = null;
    this.reward = null;
    this.judging = null;
    const connection = this.connection;
    this.connection = null;
    this.laneConnection = null;
    if (connection === null) return;
    connection.kill();
    await connection.gone;
    this.deathsInARow = 0;
  }

  close(): void {
    this.closed = true;
    this.connection?.kill();
    this.connection = null;
  }

  private async call<Method extends EngineMethod>(
    method: Method,
    parameters: unknown,
    onProgress?: (progress: never) => void,
  ): Promise<Awaited<ReturnType<Engine[Method]>>> {
    const { stops } = this;
    const connection = this.connect();
    // A process that died between two verbs took its lane along; a new one knows nothing of it.
    const isLaneLost = this.laneConnection !== null && this.laneConnection !== connection;
    if (isLaneLost && laneVerbs.includes(method)) throw died('between two calls');
    if (!loads.includes(method)) await this.restored;
    // Stopped while it waited for its models: then it must not begin.
    if (stops !== this.stops) throw cancelled();
    const value = await connection.call(
      method,
      parameters,
      onProgress as ProgressListener | undefined,
    );
    if (method === 'beginLane') this.laneConnection = connection;
    return value as Awaited<ReturnType<Engine[Method]>>;
  }

  private connect(): EngineConnection {
    if (this.closed) throw new WinnowError('engine-died', 'Winnow is closing.', 'Start it again.');
    if (this.connection !== null) return this.connection;
    if (this.deathsInARow >= maximumDeathsInARow) throw keepsDying(this.deathsInARow);
    const connection = new EngineConnection(this.makeChannel());
    this.connection = connection;
    connection.onReady = () => {
      this.deathsInARow = 0;
    };
    connection.onDeath = (exit, expected) => {
      if (!expected) this.options.onDeath?.(exit);
      this.deathsInARow += 1;
      if (this.connection === connection) this.connection = null;
    };
    this.restored = this.restore(connection);
    return connection;
  }

  /** Loads into a new process what the last one had. A failure is left to the next run, which loads again itself. */
  private async restore(connection: EngineConnection): Promise<void> {
    try {
      if (this.generator !== null) await connection.call('loadGenerator', this.generator);
      if (this.reward !== null) await connection.call('loadReward', this.reward);
      if (this.judging !== null) await connection.call('loadJudge', this.judging);
    } catch {
      // The next run asks for its models by name and reports what is wrong with them.
    }
  }

  private startAgainInTheBackground(): void {
    if (!this.closed) this.connect();
  }
}

function keepsDying(deaths: number): WinnowError {
  return new WinnowError(
    'engine-died',
    'The part of Winnow that runs the models cannot be started.',
    'Close other programs to free memory, then start Winnow again.',
    { deaths },
  );
}
