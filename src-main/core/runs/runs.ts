/** What the pages ask of stored runs. */
import { WinnowError } from '../../contract/errors.ts';
import type { MethodParameters, MethodResults } from '../../contract/methods.ts';
import type { RecordedRun } from '../../contract/recording.ts';
import type { Store } from '../../store/store.ts';

/** A page of the history, the newest run first, and how many runs there are in all. */
export const listRuns = (
  store: Pick<Store, 'listRuns' | 'countRuns'>,
  options: MethodParameters['runs.list'],
): MethodResults['runs.list'] => ({
  runs: store.listRuns(options),
  total: store.countRuns(options.search),
});

/** A run with everything that happened in it. Throws run-not-found. */
export function recordedRun(store: Pick<Store, 'getRecording'>, id: string): RecordedRun {
  const run = store.getRecording(id);
  if (run !== undefined) return run;
  throw new WinnowError(
    'run-not-found',
    'This run is not stored, or it was deleted.',
    'Choose another run in the history.',
  );
}
