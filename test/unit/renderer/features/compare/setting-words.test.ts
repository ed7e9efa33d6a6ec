import { expect, it } from 'vitest';
import { settingWords } from '../../../../../src-renderer/features/compare/setting-words.ts';
import { aRun } from '../../../../helpers/stored-runs.ts';

it('say what computed as soon as the models are loaded', () => {
  const run = aRun();
  const computed = 'on the processor, exact (32 bits)';
  expect(settingWords(run.settings, null)).not.toContain(computed);
  expect(settingWords(run.settings, run)).toContain(computed);
});
