import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { laterSettings } from '../../../src-main/contract/settings.ts';
import { readSample } from '../../../src-main/core/sample.ts';
import { aRun } from '../../helpers/stored-runs.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';

it('gives a sample of before every setting that there is now', async () => {
  const run = aRun();
  const file = join(temporaryFolder(), 'sample.json');
  const older = Object.entries(run.settings).filter(([name]) => !(name in laterSettings));
  writeFileSync(file, JSON.stringify({ ...run, settings: Object.fromEntries(older) }));
  expect((await readSample(file)).settings).toEqual({ ...run.settings, ...laterSettings });
});

it('says what to do where the installation lacks it', async () => {
  await expect(readSample(join(temporaryFolder(), 'missing.json'))).rejects.toMatchObject({
    code: 'file-failed',
  });
});
