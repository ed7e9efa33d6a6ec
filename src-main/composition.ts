/** Puts the core together, for every entry that runs one: the command line, the served application, the window. */
import { createApplication, type Application } from './core/application.ts';
import { createComparisonSession } from './core/comparison/session.ts';
import { dataFolder, makeDataFolder, type DataFolder } from './core/data-folder.ts';
import { forgetFindings } from './core/devices/choices-file.ts';
import { createDeviceChooser } from './core/devices/device-chooser.ts';
import { createKnownDevice } from './core/devices/known-device.ts';
import { createEventBus, type EventBus } from './core/event-bus.ts';
import { readyExportFile, removeOldExports } from './core/export/ready-exports.ts';
import { createHandlers } from './core/handlers.ts';
import { openLog } from './core/log.ts';
import { modelStamp } from './engine/model-stamp.ts';
import type { EngineChannelMaker } from './host/engine-channel.ts';
import type { Inspect, StoppableEngine } from './core/engine.ts';
import { createEngineHost } from './host/engine-host.ts';
import { openStore } from './store/open.ts';
import {
  appVersion,
  builtInModels,
  deviceVersions,
  inResources,
  mayHaveCard,
  processorName,
} from './surroundings.ts';
import { createDispatcher, type Dispatcher } from './transport/dispatch.ts';

/** How long a comparison that is under way may take to end when Winnow is closed, in milliseconds. */
const closingMs = 1000;

/**
 * The core alone, as the command line uses it.
 * @param options.databaseFile another database than the data folder's own
 * @param options.inspect where questions about models and devices are answered; by the core's own engine where absent
 */
export function composeCore(
  makeEngine: EngineChannelMaker,
  folder: DataFolder,
  {
    databaseFile = folder.database,
    inspect,
  }: { databaseFile?: string | undefined; inspect?: Inspect } = {},
): Application {
  const log = openLog(folder.logs);
  const engine = createEngineHost(makeEngine, {
    onDeath: (exit) => log.write('error', 'engine-died', exit),
  });
  const kept = { file: folder.deviceFindings, versions: deviceVersions(), stamp: modelStamp };
  return createApplication({
    log,
    openStore() {
      makeDataFolder(folder);
      return openStore(databaseFile);
    },
    engine,
    inspect: inspect ?? ((question) => question(engine)),
    preparedFolder: folder.preparedModels,
    forgetDevices: () => forgetFindings(folder.deviceFindings),
    ...(mayHaveCard() && {
      knownDevice: createKnownDevice(kept),
      chooseDevice: createDeviceChooser({
        ...kept,
        preparedFolder: folder.preparedModels,
        freeModels: () => engine.unload(),
        throwAway: inThrowAwayEngine(makeEngine),
      }),
    }),
    appVersion: appVersion(),
    cpu: processorName(),
    clock: () => performance.now(),
  });
}

export interface ComposedApplication {
  dispatch: Dispatcher;
  events: EventBus;
  /** Where an export lies that a page asked for. Throws file-failed. */
  readyExportFile(id: string): Promise<{ path: string; fileName: string }>;
  /** Stops the comparison that is under way, keeps what was written, and ends the engine. */
  close(): Promise<void>;
}

/** The core with what the pages call. */
export function composeApplication(makeEngine: EngineChannelMaker): ComposedApplication {
  const folder = dataFolder();
  // They hold prompts and answers: what was left behind does not wait for the next export.
  void removeOldExports(folder.exports);
  const application = composeCore(makeEngine, folder, { inspect: inThrowAwayEngine(makeEngine) });
  const events = createEventBus();
  const session = createComparisonSession(application, events);
  const handlers = createHandlers({
    application,
    session,
    events,
    folder,
    appVersion: appVersion(),
    cpu: processorName(),
    builtInModels: builtInModels(),
    sampleFile: inResources('sample/sample-run.json'),
    licencesFile: inResources('licences.json'),
  });
  return {
    dispatch: createDispatcher(handlers),
    events,
    readyExportFile: (id) => readyExportFile(folder.exports, id),
    async close() {
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, closingMs);
      await Promise.race([session.stop(), late]);
      clearTimeout(timer);
      await application.close();
    },
  };
}

/** Asks an engine process that lives only for this question. */
function inThrowAwayEngine(makeEngine: EngineChannelMaker) {
  return async <Result>(
    question: (engine: StoppableEngine) => Promise<Result>,
  ): Promise<Result> => {
    const engine = createEngineHost(makeEngine);
    try {
      return await question(engine);
    } finally {
      engine.close();
    }
  };
}
