/**
 * The application: every use case, for whichever shell calls it. It owns the store and the engine and runs one
 * comparison at a time.
 */
import type { DeviceFacts, ModelCheck } from '../contract/engine.ts';
import { toErrorRecord, WinnowError } from '../contract/errors.ts';
import type { RunListing } from '../contract/methods.ts';
import type { MeasureProgress, MeasureRequest, ModelSpeed } from '../contract/model-speed.ts';
import type { PreparedModel } from '../contract/prepared-models.ts';
import type { RunDetails } from '../contract/run.ts';
import type { Store } from '../store/store.ts';
import {
  compare,
  type CompareDependencies,
  type CompareProgress,
  type CompareRequest,
} from './compare/compare.ts';
import type { KnownDevice } from './devices/known-device.ts';
import type { Inspect } from './engine.ts';
import type { Log } from './log.ts';
import { createMeasuring } from './models/measuring.ts';
import { exportCsv, type ExportRequest, type ExportResult } from './export/export-csv.ts';

export interface Application {
  /** Runs a comparison. See compare/compare.ts. */
  compare(
    request: CompareRequest,
    listener: (progress: CompareProgress) => void,
    signal: AbortSignal,
  ): Promise<RunDetails>;
  /** What a model file or folder is, and whether Winnow can use it. */
  checkModel(path: string): Promise<ModelCheck>;
  /**
   * How fast a model is here: it is loaded and works for some seconds. Not while a comparison runs, whose clock would
   * suffer; one that begins stops it.
   */
  measureModel(
    request: Pick<MeasureRequest, 'path' | 'kind'>,
    listener?: (progress: MeasureProgress) => void,
    signal?: AbortSignal,
  ): Promise<ModelSpeed>;
  /** Stops what is measured. Resolves when the processor is free again; at once where nothing is. */
  stopMeasuring(): Promise<void>;
  /** The models that lie prepared on the disk; with `clear`, those that are left once all others are removed. */
  preparedModels(clear: boolean): Promise<PreparedModel[]>;
  /** Every device that Winnow knows, and why it can be used here or not. */
  devices(): Promise<DeviceFacts[]>;
  /** Forgets which device was found to be the best, so that the next comparison finds it out again. */
  forgetDevices(): void;
  /** The newest runs first. */
  history(limit: number): Promise<RunListing[]>;
  /** One run by its id, a beginning of it, or `last`. Throws run-not-found. */
  show(idOrPrefix: string): Promise<RunDetails>;
  exportCsv(request: Omit<ExportRequest, 'store'>): Promise<ExportResult>;
  /** The store, for use cases that need nothing else; opened at its first use. */
  store(): Promise<Store>;
  /** Ends the engine at once, and closes the store, also one that is still being opened. */
  close(): Promise<void>;
}

export interface ApplicationParts extends Omit<CompareDependencies, 'store'> {
  /** Opens the store. Called at the first use, so that what needs no store works beside one that cannot be opened. */
  openStore: () => Promise<Store>;
  log: Log;
  /** Where a comparison that names no device runs a model; the processor where absent. */
  knownDevice?: KnownDevice;
  /** Removes what was found out about devices. */
  forgetDevices?: () => void;
  /**
   * Runs a question that needs no loaded model on an engine. Where people look around while a comparison runs, that is an
   * engine of its own: the comparison's keeps its clock, and survives a graphics driver that crashes when it is tried.
   */
  inspect: Inspect;
}

/** Puts the application together. */
export function createApplication(parts: ApplicationParts): Application {
  const { engine, inspect, log, knownDevice = () => Promise.resolve('cpu') } = parts;
  let running = false;
  const measuring = createMeasuring(inspect);
  let opening: Promise<Store> | null = null;
  /** All who ask get the same store. One that could not be opened is tried again by the next who asks. */
  const openStore = (): Promise<Store> => {
    opening ??= openTidyStore(parts).catch((error: unknown) => {
      opening = null;
      throw error;
    });
    return opening;
  };
  return {
    async compare(request, listener, signal) {
      if (running) throw alreadyRunning();
      running = true;
      try {
        await measuring.stop();
        const began = parts.clock();
        const store = await openStore();
        const logged = logging(log, listener);
        const run = await compare({ ...parts, store }, request, logged, signal);
        log.write('info', 'run-ended', { status: run.status, wallMs: parts.clock() - began });
        return run;
      } catch (error) {
        const { code } = toErrorRecord(error);
        log.write(code === 'cancelled' ? 'info' : 'error', 'error-happened', { code });
        throw error;
      } finally {
        running = false;
      }
    },
    async checkModel(path) {
      const check = await inspect((looking) => looking.checkModel(path));
      return check.supported ? { ...check, device: await knownDevice(check) } : check;
    },
    async measureModel(request, listener = () => undefined, signal) {
      if (running) throw alreadyRunning();
      const { preparedFolder } = parts;
      const device = (await knownDevice(request)) ?? 'cpu';
      return measuring.measure({ ...request, device, preparedFolder }, listener, signal);
    },
    stopMeasuring: () => measuring.stop(),
    preparedModels: (clear) =>
      inspect((looking) => looking.preparedModels({ folder: parts.preparedFolder, clear })),
    devices: () => inspect((looking) => looking.devices()),
    forgetDevices: () => parts.forgetDevices?.(),
    history: async (limit) => (await openStore()).listRuns({ limit }),
    async show(idOrPrefix) {
      const store = await openStore();
      const { id } = store.findRun(idOrPrefix);
      const run = store.getRun(id);
      if (run === undefined)
        throw new WinnowError('run-not-found', 'The run was deleted.', 'Choose another run.');
      return run;
    },
    async exportCsv(request) {
      const result = await exportCsv({ ...request, store: await openStore() });
      log.write('info', 'export-written', { what: request.what, rows: result.rows });
      return result;
    },
    store: openStore,
    async close() {
      engine.close();
      const store = await opening?.catch(() => null);
      store?.close();
    },
  };
}

/** Opens the store; runs that a process left behind when it died are marked interrupted, deleted ones removed for good. */
async function openTidyStore({
  openStore,
  log,
}: Pick<ApplicationParts, 'openStore' | 'log'>): Promise<Store> {
  const store = await openStore();
  try {
    const { length: count } = store.markInterruptedRuns();
    if (count > 0) log.write('warning', 'runs-interrupted', { count });
    store.removeDeletedRuns();
    return store;
  } catch (error) {
    store.close();
    throw error;
  }
}

/** Passes everything on to the listener, and what is worth it to the log. */
function logging(
  log: Log,
  listener: (progress: CompareProgress) => void,
): (progress: CompareProgress) => void {
  return (progress) => {
    if (progress.type === 'run-began') {
      const { budgetBytes, settings } = progress.run;
      const { maxTokens } = settings;
      log.write('info', 'run-started', { lanes: progress.lanes.length, maxTokens, budgetBytes });
    } else if (progress.type === 'lane-ended') {
      const { strategy, status } = progress;
      log.write('info', 'lane-ended', { strategy, status });
    }
    listener(progress);
  };
}

/** The refusal of a second comparison. */
export const alreadyRunning = (): WinnowError =>
  new WinnowError(
    'usage',
    'A comparison is running already.',
    'Wait until it has ended, or stop it first.',
  );
