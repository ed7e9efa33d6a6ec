/**
 * The application: every use case, for whichever shell calls it. It owns the store and the engine and runs one
 * comparison at a time.
 */
import type { DeviceFacts, ModelCheck } from '../contract/engine.ts';
import { toErrorRecord, WinnowError } from '../contract/errors.ts';
import type { RunDetails } from '../contract/run.ts';
import type { RunListing, Store } from '../store/store.ts';
import {
  compare,
  type CompareDependencies,
  type CompareProgress,
  type CompareRequest,
} from './compare/compare.ts';
import type { Log } from './log.ts';
import { exportCsv, type ExportRequest, type ExportResult } from './export/export-csv.ts';

export type { RunListing } from '../store/store.ts';

export interface Application {
  /** Runs a comparison. See compare/compare.ts. */
  compare(
    request: CompareRequest,
    listener: (progress: CompareProgress) => void,
    signal: AbortSignal,
  ): Promise<RunDetails>;
  /** What a model file or folder is, and whether Winnow can use it. */
  checkModel(path: string): Promise<ModelCheck>;
  /** Every device that Winnow knows, and why it can be used here or not. */
  devices(): Promise<DeviceFacts[]>;
  /** The newest runs first. */
  history(limit: number): RunListing[];
  /** One run by its id, a beginning of it, or `last`. Throws run-not-found. */
  show(idOrPrefix: string): RunDetails;
  exportCsv(request: Omit<ExportRequest, 'store'>): Promise<ExportResult>;
  close(): void;
}

export interface ApplicationParts extends Omit<CompareDependencies, 'store'> {
  store: Store;
  log: Log;
}

/** Puts the application together. Runs that a process left behind when it died are marked interrupted first. */
export function createApplication(parts: ApplicationParts): Application {
  const { store, engine, log } = parts;
  let running = false;
  const interrupted = store.markInterruptedRuns();
  if (interrupted.length > 0)
    log.write('warning', 'runs-interrupted', { count: interrupted.length });
  return {
    async compare(request, listener, signal) {
      if (running) throw alreadyRunning();
      running = true;
      const began = parts.clock();
      try {
        const run = await compare(parts, request, listener, signal);
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
    checkModel: (path) => engine.checkModel(path),
    devices: () => engine.devices(),
    history: (limit) => store.listRuns({ limit }),
    show(idOrPrefix) {
      const { id } = store.findRun(idOrPrefix);
      const run = store.getRun(id);
      if (run === undefined)
        throw new WinnowError('run-not-found', 'The run was deleted.', 'Choose another run.');
      return run;
    },
    exportCsv: (request) => exportCsv({ ...request, store }),
    close() {
      engine.close();
      store.close();
    },
  };
}

function alreadyRunning(): WinnowError {
  return new WinnowError(
    'usage',
    'A comparison is running already.',
    'Wait until it has ended, or stop it first.',
  );
}
