import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { WinnowError } from '../../../../src-main/contract/errors.ts';
import { loadRewardModel } from '../../../../src-main/engine/rewards/reward-model.ts';
import {
  brokenRewardModels,
  unreadableRewardModel,
  writeUnrelatedFolder,
} from '../../../helpers/broken-reward-model.ts';

const scratch = mkdtempSync(join(tmpdir(), 'winnow-broken-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function failureOf(folder: string): Promise<WinnowError> {
  const thrown: unknown = await loadRewardModel({ folder, device: 'cpu' }).catch(
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(WinnowError);
  return thrown as WinnowError;
}

function expectPlainWords(text: string): void {
  expect(text).toMatch(/^["\p{Lu}].*[.]$/su);
  expect(text).not.toMatch(/undefined|null|NaN|\[object|Error|onnxruntime|\.cc|::/);
}

describe('a broken reward model is told apart in plain words:', () => {
  it('there are many ways to be broken', () => {
    expect(new Set(brokenRewardModels.map(({ fault }) => fault)).size).toBeGreaterThan(50);
  });

  it.each(brokenRewardModels.map((broken, index) => ({ ...broken, index })))(
    '$fault',
    async ({ write, code, index }) => {
      const error = await failureOf(write(join(scratch, String(index))));
      expect({ code: error.code, cause: error.details }).toMatchObject({ code });
      expectPlainWords(error.message);
      expectPlainWords(error.help);
    },
  );

  it.skipIf(process.getuid?.() === 0)(unreadableRewardModel.fault, async () => {
    const error = await failureOf(unreadableRewardModel.write(join(scratch, 'unreadable')));
    expect(error.code).toBe(unreadableRewardModel.code);
  });

  it('a folder of something else', async () => {
    const error = await failureOf(writeUnrelatedFolder(join(scratch, 'letters')));
    expect(error.message).toBe('This folder is not a reward model: config.json is missing.');
  });
});
