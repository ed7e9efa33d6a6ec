import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { loadGenerator } from '../../../../src-main/engine/generator/load-generator.ts';
import { weightedSum } from '../../../../src-main/engine/rewards/heads.ts';
import {
  loadRewardModel,
  type RewardModel,
} from '../../../../src-main/engine/rewards/reward-model.ts';
import { ggufBytes } from '../../../helpers/gguf-writer.ts';
import { tinyGgufParts, writeTinyGguf } from '../../../helpers/tiny-gguf.ts';

/** What transformers makes of a tiny random decoder that judges (test/fixtures/reward_ggufs.py). */
interface Oracle {
  name: string;
  architecture: string;
  texts: { prompt: string; answer: string; logits: number[] }[];
}

const fixtures = fileURLToPath(new URL('../../../fixtures', import.meta.url));
const oracles = JSON.parse(readFileSync(join(fixtures, 'reward-ggufs.json'), 'utf8')) as Oracle[];
const pathOf = (name: string) => join(fixtures, 'reward-models', `${name}.gguf`);

const scratch = mkdtempSync(join(tmpdir(), 'winnow-gguf-reward-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let open: RewardModel[] = [];
afterEach(async () => {
  await Promise.all(open.map((model) => model.close()));
  open = [];
});

async function load(path: string): Promise<RewardModel> {
  const model = await loadRewardModel({ path, device: 'cpu', preparedFolder: scratch });
  open.push(model);
  return model;
}

const story = 'The moon went down behind the hill, and the water was black. '.repeat(5);

describe.each(oracles)('a $name with a classification head', ({ name, architecture, texts }) => {
  it('gives the rewards of transformers', async () => {
    const model = await load(pathOf(name));
    expect(model.description.architecture).toBe(architecture);
    for (const { prompt, answer, logits } of texts) {
      const [scored] = await model.score(prompt, [answer]);
      const expected = weightedSum(logits, model.description.heads);
      expect(Math.abs((scored?.reward ?? NaN) - expected), answer).toBeLessThan(1e-3);
    }
  });

  it('gives a text the same bits alone, in company, and when its beginning was read before', async () => {
    const parts = [20, 70, 75, 150, 151, 300].map((length) => story.slice(0, length));
    const growing = await load(pathOf(name));
    const grown = [];
    for (const part of parts) grown.push(...(await growing.score('A story?', [part])));
    growing.forget();
    expect(await growing.score('A story?', parts.toReversed())).toEqual(grown.toReversed());
    const alone = await load(pathOf(name));
    for (const [index, part] of parts.entries()) {
      alone.forget();
      expect(await alone.score('A story?', [part])).toEqual([grown[index]]);
    }
  });
});

describe('a decoder that judges', () => {
  it('says what it is: its window, its outputs as the file beside it weighs them', async () => {
    const { facts, description } = await load(pathOf('gemma2'));
    expect(facts).toMatchObject({
      kind: 'model',
      path: pathOf('gemma2'),
      name: 'Tiny random gemma2 that judges',
      device: 'cpu',
      windowTokens: 256,
    });
    expect(description.heads).toEqual([
      { name: 'helpfulness', weight: 1 },
      { name: 'correctness', weight: 0 },
      { name: 'verbosity', weight: -0.5 },
    ]);
  });

  it('is another reward with other weights', async () => {
    const path = join(scratch, 'weighed.gguf');
    copyFileSync(pathOf('gemma2'), path);
    await expect(load(path)).rejects.toMatchObject({
      code: 'reward-model-invalid',
      help: expect.stringContaining('weighed.winnow-reward.json') as string,
    });
    const weigh = (weights: object) =>
      writeFileSync(join(scratch, 'weighed.winnow-reward.json'), JSON.stringify({ weights }));
    weigh({ correctness: 1 });
    const first = await load(path);
    weigh({ correctness: 2 });
    const second = await load(path);
    expect(second.facts.contentHash).not.toBe(first.facts.contentHash);
    const [one] = await first.score('a', ['b']);
    const [two] = await second.score('a', ['b']);
    expect(two?.reward).toBe(2 * (one?.reward ?? NaN));
  });

  it('stops between chunks when asked', async () => {
    const model = await load(pathOf('llama'));
    let asked = 0;
    const shouldStop = () => (asked += 1) > 2;
    await expect(model.score('a', [story], { shouldStop })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(await model.score('a', ['b'])).toHaveLength(1);
  });

  it('cuts what is too long for it', async () => {
    const model = await load(pathOf('llama'));
    const [scored] = await model.score('a', [story.repeat(3)]);
    expect(scored).toMatchObject({ cut: true, tokens: 256 });
    expect(model.answerRoom('a')).toBeLessThan(256);
  });

  it('judges the last token that is not padding', async () => {
    const judgeOf = async (name: string, ending: string) => {
      const parts = tinyGgufParts({
        chatTemplate: `{% for message in messages %}<|im_start|>{{ message['content'] }}{% endfor %}${ending}`,
      });
      const bytes = new Uint8Array(
        Float32Array.from({ length: 32 }, (_, at) => Math.sin(at)).buffer,
      );
      parts.tensors.push({ name: 'cls.output.weight', shape: [32], typeNumber: 0, bytes });
      writeFileSync(join(scratch, name), ggufBytes(parts));
      return load(join(scratch, name));
    };
    const plain = await judgeOf('plain.gguf', '');
    const padded = await judgeOf('padded.gguf', '<|im_end|>');
    const answers = ['Yes.', story];
    const rewards = async (model: RewardModel) =>
      (await model.score('a', answers)).map(({ reward }) => reward);
    expect(await rewards(padded)).toEqual(await rewards(plain));
  });

  it('writes nothing', async () => {
    const options = { path: pathOf('llama'), preparedFolder: scratch, device: 'cpu' as const };
    await expect(loadGenerator(options)).rejects.toMatchObject({
      message: 'This model was trained to judge answers, not to write them.',
    });
  });

  it('has a head: a model that writes is refused', async () => {
    await expect(load(await writeTinyGguf(scratch))).rejects.toMatchObject({
      code: 'reward-model-invalid',
    });
  });
});
