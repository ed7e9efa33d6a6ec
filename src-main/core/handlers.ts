/** What a page can call (contract/methods.ts), as the use cases that answer it. */
import { totalmem } from 'node:os';
import type { AppFacts, Handlers } from '../contract/methods.ts';
import type { Preferences } from '../contract/preferences.ts';
import type { RunSettings } from '../contract/run.ts';
import { rememberFirst } from '../domain/remembered-models.ts';
import type { Store } from '../store/store.ts';
import type { Application } from './application.ts';
import { createBuiltInModels } from './built-in-models.ts';
import type { ComparisonSession } from './comparison/session.ts';
import type { DataFolder } from './data-folder.ts';
import type { EventBus } from './event-bus.ts';
import { createReadyExport, removeOldExports } from './export/ready-exports.ts';
import { readLicences } from './licences.ts';
import { findModels } from './models/find-models.ts';
import { getPreferences, savePreferences } from './preferences/preferences.ts';
import { listRuns, recordedRun } from './runs/runs.ts';
import { readSample } from './sample.ts';
import { saveVote } from './votes/save-vote.ts';

export interface HandlerParts {
  application: Application;
  session: ComparisonSession;
  events: EventBus;
  folder: DataFolder;
  appVersion: string;
  cpu: string;
  builtInModels: AppFacts['builtInModels'];
  /** Files that ship with Winnow. */
  sampleFile: string;
  licencesFile: string;
}

export function createHandlers(parts: HandlerParts): Handlers {
  return { ...factHandlers(parts), ...runHandlers(parts) };
}

type FactMethods =
  | 'app.facts'
  | 'app.licences'
  | 'devices.list'
  | 'devices.forget'
  | 'preferences.get'
  | 'preferences.save'
  | 'models.check'
  | 'models.measure'
  | 'models.stop-measuring'
  | 'models.prepared'
  | 'models.find'
  | 'sample.get';

function factHandlers(parts: HandlerParts): Pick<Handlers, FactMethods> {
  const { application, events } = parts;
  const { toStored, runHere, preferencesHere } = createBuiltInModels(parts.builtInModels);
  return {
    'app.facts': () => Promise.resolve(factsOf(parts)),
    'app.licences': () => readLicences(parts.licencesFile),
    'devices.list': () => application.devices(),
    'devices.forget'() {
      application.forgetDevices();
      return Promise.resolve(null);
    },
    'preferences.get': async () => preferencesHere(getPreferences(await application.store())),
    async 'preferences.save'({ lastSettings, ...others }) {
      const settings = lastSettings && toStored(lastSettings);
      const changes = settings === undefined ? others : { ...others, lastSettings: settings };
      const saved = savePreferences(await application.store(), changes);
      events.publish({ type: 'preferences-changed' });
      return preferencesHere(saved);
    },
    'models.check': ({ path }) => application.checkModel(path),
    'models.measure': (request) => application.measureModel(request),
    async 'models.stop-measuring'() {
      await application.stopMeasuring();
      return null;
    },
    'models.prepared': ({ clear }) => application.preparedModels(clear),
    'models.find': () => findModels(),
    'sample.get': async () => runHere(await readSample(parts.sampleFile)),
  };
}

function runHandlers(parts: HandlerParts): Omit<Handlers, FactMethods> {
  const { application, session, events, folder } = parts;
  const changed = (): void => events.publish({ type: 'runs-changed' });
  const remember = createMemory(parts);
  const { runHere } = createBuiltInModels(parts.builtInModels);
  return {
    async 'comparison.start'(asked) {
      const request = runHere(asked);
      const started = session.start(request);
      await remember(request.settings);
      return started;
    },
    async 'comparison.stop'() {
      await session.stop();
      return null;
    },
    'comparison.current': () => Promise.resolve(session.current()),
    async 'runs.list'(options) {
      const { runs, total } = listRuns(await application.store(), options);
      return { runs: runs.map(runHere), total };
    },
    'runs.get': async ({ id }) => runHere(recordedRun(await application.store(), id)),
    async 'runs.delete'({ id }) {
      (await application.store()).deleteRun(id);
      changed();
      return null;
    },
    async 'runs.restore'({ id }) {
      (await application.store()).restoreRun(id);
      changed();
      return null;
    },
    async 'votes.save'(vote) {
      const saved = saveVote(await application.store(), vote);
      changed();
      return saved;
    },
    async 'votes.delete'({ id }) {
      (await application.store()).deleteVote(id);
      changed();
      return null;
    },
    'exports.count': async ({ scope }) => (await application.store()).countRows(scope),
    async 'exports.create'(request) {
      await removeOldExports(folder.exports);
      return createReadyExport(await application.store(), folder.exports, request);
    },
  };
}

function factsOf({ appVersion, cpu, builtInModels, folder }: HandlerParts): AppFacts {
  const { platform } = process;
  const isKnown = platform === 'linux' || platform === 'darwin' || platform === 'win32';
  return {
    version: appVersion,
    cpu,
    memoryBytes: totalmem(),
    platform: isKnown ? platform : 'other',
    builtInModels,
    dataFolder: folder.root,
  };
}

/** Remembers what was chosen for the next comparison. A run must not fail because of it. */
function createMemory({ application, events, builtInModels }: HandlerParts) {
  const { toStored } = createBuiltInModels(builtInModels);
  const first = (path: string, paths: string[], builtIn: string): string[] =>
    path === builtIn ? paths : rememberFirst(path, paths);
  return async (settings: RunSettings): Promise<void> => {
    try {
      const store: Store = await application.store();
      const { generators, rewards } = getPreferences(store);
      const judging = [settings.judge, settings.reward].flatMap((path) =>
        path === null || path === 'likelihood' ? [] : [path],
      );
      const changes: Partial<Preferences> = {
        lastSettings: toStored(settings),
        generators: first(settings.generator, generators, builtInModels.generator),
        rewards: judging.reduce((paths, path) => first(path, paths, builtInModels.reward), rewards),
      };
      savePreferences(store, changes);
      events.publish({ type: 'preferences-changed' });
    } catch {
      // The store's fault, if it lasts, ends the run itself with its reason.
    }
  };
}
