/**
 * Records the sample run that ships with Winnow: a real comparison with the built-in models on the machine at hand, stored
 * and read back as any other run. Run it on a quiet machine: the times in it are true.
 *
 *     npm run record-sample
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeCore } from '../../src-main/composition.ts';
import { dataFolder, here } from '../../src-main/core/data-folder.ts';
import { defaultSettings } from '../../src-main/contract/settings.ts';
import type { RecordedRun } from '../../src-main/contract/recording.ts';
import { forkedEngine } from '../../src-main/host/engine-channel.ts';
import { builtInModels, inProject } from '../../src-main/surroundings.ts';

const prompt = 'Give me three tips for sleeping better.';
const target = inProject('resources/sample/sample-run.json');

const folder = mkdtempSync(join(tmpdir(), 'winnow-sample-'));
const application = composeCore(
  forkedEngine(inProject('src-main/engine.ts')),
  dataFolder({ ...here(), environment: { WINNOW_DATA: folder } }),
);
try {
  const settings = {
    ...defaultSettings,
    ...builtInModels(),
    candidates: 32,
    alpha: 0.4,
    maxTokens: 128,
    observe: true,
  };
  const { id } = await application.compare(
    { prompt, settings },
    (progress) => {
      if (progress.type === 'lane-began') console.log(`${progress.plan.strategy} begins`);
    },
    new AbortController().signal,
  );
  const recorded = (await application.store()).getRecording(id);
  if (recorded === undefined) throw new Error('The run was not stored');
  writeFileSync(target, `${JSON.stringify(forShipping(recorded))}\n`);
  console.log(`Recorded ${target}`);
} finally {
  await application.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Without the paths of this machine: the models are named as Winnow finds them anywhere. */
function forShipping(run: RecordedRun): RecordedRun {
  const { settings, generator, reward } = run;
  return {
    ...run,
    id: 'sample',
    settings: { ...settings, generator: 'built-in', reward: 'built-in' },
    generator: { ...generator, path: 'built-in' },
    reward: { ...reward, path: 'built-in' },
    lanes: run.lanes.map((lane) => ({ ...lane, runId: 'sample' })),
  };
}
