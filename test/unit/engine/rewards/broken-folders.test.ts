import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { WinnowError } from '../../../../src-main/contract/errors.ts';
import { openTextForm } from '../../../../src-main/engine/rewards/folder-texts.ts';
import { readRewardFolder } from '../../../../src-main/engine/rewards/folder.ts';
import { loadRewardModel } from '../../../../src-main/engine/rewards/reward-model.ts';
import {
  brokenRewardModels,
  unreadableRewardModel,
  writeUnrelatedFolder,
} from '../../../helpers/broken-reward-model.ts';
import { makeTinyRewardModel, writeModelFolder } from '../../../helpers/tiny-reward-model.ts';

const scratch = mkdtempSync(join(tmpdir(), 'winnow-broken-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function failureOf(folder: string): Promise<WinnowError> {
  const thrown: unknown = await loadRewardModel({
    path: folder,
    device: 'cpu',
    preparedFolder: scratch,
  }).catch((error: unknown) => error);
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

  it('a chat template is no fault where the tokenizer has a form for pairs', async () => {
    const { files } = makeTinyRewardModel();
    files.set('chat_template.jinja', "{{ messages[0]['content'] }}");
    const folder = writeModelFolder(join(scratch, 'pairs'), files);
    const texts = await openTextForm(await readRewardFolder(folder, 'cpu'));
    await texts.close();
    expect(texts.kind).toBe('pair');
    const model = await loadRewardModel({ path: folder, device: 'cpu', preparedFolder: scratch });
    await model.close();
  });

  it.skipIf(process.getuid?.() === 0)(unreadableRewardModel.fault, async () => {
    const error = await failureOf(unreadableRewardModel.write(join(scratch, 'unreadable')));
    expect(error.code).toBe(unreadableRewardModel.code);
  });

  it('bytes changed at random give an error in plain words or a model that works', async () => {
    const damage = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
      minLength: 1,
      maxLength: 6,
    });
    const files = fc.constantFrom('onnx/model.onnx', 'tokenizer.json', 'config.json');
    const check = async (name: string, changes: [number, number][]) => {
      const model = makeTinyRewardModel();
      const bytes = Buffer.from(model.files.get(name) ?? '');
      for (const [place, value] of changes) bytes[Math.floor(place * (bytes.length - 1))] = value;
      const folder = writeModelFolder(join(scratch, 'random'), model.files.set(name, bytes));
      try {
        const reward = await loadRewardModel({
          path: folder,
          device: 'cpu',
          preparedFolder: scratch,
        });
        const [scored] = await reward.score('the moon', ['water']);
        await reward.close();
        expect(scored?.reward === null || Number.isFinite(scored?.reward)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(WinnowError);
      }
    };
    await fc.assert(fc.asyncProperty(files, damage, check), { seed: 7, numRuns: 60 });
  });

  it('a folder of something else', async () => {
    const error = await failureOf(writeUnrelatedFolder(join(scratch, 'letters')));
    expect(error.message).toBe('This folder is not a reward model: config.json is missing.');
  });
});
