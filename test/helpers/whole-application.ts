/** The whole application over tiny models: the real engine in a process of its own, the real store, the real words. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CompareProgress } from '../../src-main/core/compare/compare.ts';
import {
  createApplication,
  type Application,
  type ApplicationParts,
} from '../../src-main/core/application.ts';
import { forgetFindings } from '../../src-main/core/devices/choices-file.ts';
import type { StoppableEngine } from '../../src-main/core/engine.ts';
import { openLog } from '../../src-main/core/log.ts';
import type { RunDetails, RunSettings } from '../../src-main/contract/run.ts';
import { defaultSettings } from '../../src-main/contract/settings.ts';
import { forkedEngine } from '../../src-main/host/engine-channel.ts';
import { createEngineHost } from '../../src-main/host/engine-host.ts';
import { openStore } from '../../src-main/store/open.ts';
import type { Store } from '../../src-main/store/store.ts';
import { writeTinyGguf, type TinyGgufOptions } from './tiny-gguf.ts';
import { writeTinyRewardModel } from './tiny-reward-model.ts';

export const engineEntry = fileURLToPath(new URL('../../src-main/engine.ts', import.meta.url));

/** One folder with a tiny pair of models and place for databases; it lasts as long as the test file. */
export interface Workplace {
  folder: string;
  generator: string;
  reward: string;
  remove(): void;
}

/** With this seed some answers of the tiny model end early and most go on, so that there is something to stop. */
const lively = { name: 'tiny.gguf', seed: 6 };

export async function makeWorkplace(model: TinyGgufOptions = {}): Promise<Workplace> {
  const folder = mkdtempSync(join(tmpdir(), 'winnow-whole-'));
  return {
    folder,
    generator: await writeTinyGguf(folder, { ...lively, ...model }),
    reward: await writeTinyRewardModel(join(folder, 'reward')),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Starts the real engine process, at the first call. */
export const realEngine = (): StoppableEngine => createEngineHost(forkedEngine(engineEntry));

export interface WholeApplication {
  application: Application;
  store: Store;
  engine: StoppableEngine;
  /** Runs a comparison to its end. */
  compare(
    settings: RunSettings,
    options?: {
      prompt?: string;
      listener?: (progress: CompareProgress) => void;
      signal?: AbortSignal;
    },
  ): Promise<RunDetails>;
  close(): void;
}

/** The application over a store that opens at its first use, as on the command line. */
export function makeApplication(
  { folder }: Pick<Workplace, 'folder'>,
  openItsStore: () => Promise<Store>,
  engine: StoppableEngine,
  others: Partial<ApplicationParts> = {},
): Application {
  return createApplication({
    log: openLog(join(folder, 'logs')),
    openStore: openItsStore,
    engine,
    inspect: (question) => question(engine),
    forgetDevices: () => forgetFindings(join(folder, 'devices.json')),
    preparedFolder: join(folder, 'prepared'),
    appVersion: '0.0.0-test',
    cpu: 'test processor, 2 cores',
    clock: () => performance.now(),
    ...others,
  });
}

/** Puts the real application together over a database in the workplace. */
export async function openWhole(
  workplace: Workplace,
  database: string,
  engine: StoppableEngine = realEngine(),
  others: Partial<ApplicationParts> = {},
): Promise<WholeApplication> {
  const store = await openStore(resolve(workplace.folder, database));
  const application = makeApplication(workplace, () => Promise.resolve(store), engine, others);
  return {
    application,
    store,
    engine,
    compare: (settings, { prompt = tinyPrompt, listener = () => undefined, signal } = {}) =>
      application.compare({ prompt, settings }, listener, signal ?? new AbortController().signal),
    close() {
      void application.close();
      store.close();
    },
  };
}

export const tinyPrompt = 'Tell me about rain, please.';

/** Settings for the workplace's models: 12 candidates of up to 40 tokens, unless told otherwise. */
export function tinySettings(
  { generator, reward }: Pick<Workplace, 'generator' | 'reward'>,
  changes: Partial<RunSettings> = {},
): RunSettings {
  return { ...defaultSettings, candidates: 12, maxTokens: 40, generator, reward, ...changes };
}
