/** The built-in reward model itself: the right numbers, in 32 bits, the same in any company. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sessionOptions } from '../../../../src-main/engine/devices/session-options.ts';
import { loadOnnxRuntime } from '../../../../src-main/engine/onnxruntime.ts';
import { openTextForm } from '../../../../src-main/engine/rewards/folder-texts.ts';
import {
  loadRewardModel,
  type RewardModel,
} from '../../../../src-main/engine/rewards/reward-model.ts';
import type { TokenizerFile } from '../../../../src-main/engine/rewards/text-tokenizer.ts';

const folder = fileURLToPath(
  new URL('../../../../resources/models/winnow-reward-minilm', import.meta.url),
);
const modelPath = join(folder, 'onnx/model.onnx');
const fixtures = new URL('../../../fixtures/', import.meta.url);
const readFixture = <Row>(name: string): Row[] =>
  JSON.parse(readFileSync(new URL(name, fixtures), 'utf8')) as Row[];

const scratch = mkdtempSync(join(tmpdir(), 'winnow-built-in-reward-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('the tokenizer of the built-in reward model', () => {
  it('gives the ids and token types of Hugging Face’s own', async () => {
    const tokenizer = JSON.parse(
      readFileSync(join(folder, 'tokenizer.json'), 'utf8'),
    ) as TokenizerFile;
    const texts = await openTextForm({
      tokenizer,
      tokenizerConfig: {},
      named: { bos_token: '', eos_token: '' },
      chatTemplate: null,
      windowTokens: 512,
    });
    const rows = readFixture<{ prompt: string; answer: string; ids: number[]; types: number[] }>(
      'reward-tokenizer-oracle.json',
    );
    expect(rows.length).toBeGreaterThanOrEqual(20);
    for (const { prompt, answer, ids, types } of rows) {
      const pair = await texts.forPrompt(prompt)(answer);
      expect({ prompt, answer, ...pair }).toEqual({ prompt, answer, ids, types, cut: false });
    }
  });
});

describe('the built-in reward model', () => {
  let model: RewardModel;
  beforeAll(async () => {
    model = await loadRewardModel({ path: folder, device: 'auto', preparedFolder: scratch });
  });
  afterAll(() => model.close());

  it('gives the rewards that its weights give in exact arithmetic, as far as 32 bits reach', async () => {
    const rows = readFixture<{ prompt: string; answer: string; reward: number }>(
      'reward-oracle.json',
    );
    for (const { prompt, answer, reward } of rows) {
      const [scored] = await model.score(prompt, [answer]);
      expect(Math.abs((scored?.reward ?? NaN) - reward), answer.slice(0, 60)).toBeLessThan(1e-4);
    }
  });

  it('gives a text the same reward, bit for bit, alone and among 64', async () => {
    const prompt = 'What makes a good cup of tea?';
    const text = 'Boil fresh water, warm the pot, and let the leaves steep for four minutes. ';
    const answers = Array.from({ length: 64 }, (_, index) =>
      `${index}. ${text.repeat(4)}`.slice(0, 20 + 4 * index),
    );
    const together = await model.score(prompt, answers);
    for (let index = 0; index < answers.length; index += 7) {
      const [alone] = await model.score(prompt, answers.slice(index, index + 1));
      expect(alone).toEqual(together[index]);
    }
  });

  it('is computed in 32 bits, though stored in 8', async () => {
    const { InferenceSession } = await loadOnnxRuntime();
    const optimisedPath = join(scratch, 'optimised.onnx');
    const session = await InferenceSession.create(modelPath, {
      ...sessionOptions('cpu'),
      optimizedModelFilePath: optimisedPath,
    });
    await session.release();
    const optimised = readFileSync(optimisedPath).toString('latin1');
    // The names of operators stand in the file as they are.
    expect(optimised).toContain('MatMul');
    expect(optimised).not.toMatch(/MatMulNBits|MatMulInteger|QLinearMatMul|DynamicQuantize/);
    // The matrices have grown fourfold; the embedding, three fifths of the file's integers, stays in 8 bits.
    expect(statSync(optimisedPath).size).toBeGreaterThan(2 * statSync(modelPath).size);
  });
});
