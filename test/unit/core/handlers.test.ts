/** What pages are told of the built-in models, in the installation that answers them. */
import { expect, it } from 'vitest';
import type { Handlers } from '../../../src-main/contract/methods.ts';
import { defaultSettings } from '../../../src-main/contract/settings.ts';
import { createComparisonSession } from '../../../src-main/core/comparison/session.ts';
import { dataFolder } from '../../../src-main/core/data-folder.ts';
import { createEventBus } from '../../../src-main/core/event-bus.ts';
import { createHandlers } from '../../../src-main/core/handlers.ts';
import type { Store } from '../../../src-main/store/store.ts';
import { inResources } from '../../../src-main/surroundings.ts';
import { aRun, storeFinishedRun } from '../../helpers/stored-runs.ts';
import { temporaryFolder, temporaryStore } from '../../helpers/temporary-store.ts';
import { makeApplication, realEngine } from '../../helpers/whole-application.ts';

const pairIn = (installation: string): { generator: string; reward: string } => ({
  generator: `/${installation}/models/smol/smol.gguf`,
  reward: `/${installation}/models/judge`,
});

/** What pages can call in an installation; its engine is never started. */
function installed(installation: string, store: Store): Handlers {
  const root = temporaryFolder();
  const application = makeApplication({ folder: root }, () => Promise.resolve(store), realEngine());
  const events = createEventBus();
  return createHandlers({
    application,
    events,
    session: createComparisonSession(application, events),
    folder: dataFolder({ platform: 'linux', environment: { WINNOW_DATA: root }, home: root }),
    appVersion: '0.0.0-test',
    cpu: 'test processor',
    builtInModels: pairIn(installation),
    sampleFile: inResources('sample/sample-run.json'),
    licencesFile: inResources('licences.json'),
  });
}

it('finds the built-in models of the last comparison where the installation lies now', async () => {
  const store = await temporaryStore();
  const lastSettings = { ...defaultSettings, ...pairIn('mount-1') };
  const saved = await installed('mount-1', store)['preferences.save']({ lastSettings });
  expect(saved.lastSettings).toEqual(lastSettings);
  const later = await installed('mount-2', store)['preferences.get']({});
  expect(later.lastSettings).toEqual({ ...defaultSettings, ...pairIn('mount-2') });
});

it('gives stored runs and the sample with models that can be run again', async () => {
  const store = await temporaryStore();
  const settings = { ...aRun().settings, ...pairIn('mount-1') };
  const id = storeFinishedRun(store, { settings });
  const handlers = installed('mount-2', store);
  const { runs } = await handlers['runs.list']({ limit: 1 });
  const recorded = await handlers['runs.get']({ id });
  const sample = await handlers['sample.get']({});
  for (const run of [runs[0], recorded, sample]) {
    expect(run?.settings).toMatchObject(pairIn('mount-2'));
  }
});
