import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  loadRewardModel,
  type RewardModel,
} from '../../../../src-main/engine/rewards/reward-model.ts';
import { loadReward } from '../../../../src-main/engine/rewards/reward.ts';
import { writeTinyRewardModel } from '../../../helpers/tiny-reward-model.ts';

const scratch = mkdtempSync(join(tmpdir(), 'winnow-reward-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Texts of 1 to about 250 tokens, all different. */
const answers = Array.from({ length: 64 }, (_, index) =>
  `${index} the moon and the water `.repeat(1 + (index % 40)).slice(0, 8 + 13 * index),
);
const prompt = 'Tell me of the moon.';

describe('a reward model', () => {
  let model: RewardModel;
  beforeAll(async () => {
    const folder = await writeTinyRewardModel(join(scratch, 'tiny'));
    model = await loadRewardModel({ path: folder, device: 'auto', preparedFolder: scratch });
  });
  afterAll(() => model.close());

  const rewardOf = async (question: string, answer: string) =>
    (await model.score(question, [answer]))[0]?.reward;

  it('says what it is', () => {
    expect(model.facts).toEqual({
      kind: 'model',
      path: join(scratch, 'tiny'),
      name: 'tiny',
      contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      device: 'cpu',
      windowTokens: 512,
    });
  });

  it('gives a text the same reward, bit for bit, alone and among 64, in any order', async () => {
    const together = await model.score(prompt, answers);
    const backwards = (await model.score(prompt, answers.toReversed())).toReversed();
    expect(backwards).toEqual(together);
    for (const [index, answer] of answers.entries()) {
      expect(await model.score(prompt, [answer])).toEqual([together[index]]);
    }
  });

  it('judges the prompt, the answer and the order of the words', async () => {
    const rewards = await Promise.all([
      rewardOf('the moon', 'hello water'),
      rewardOf('the water', 'hello water'),
      rewardOf('the moon', 'hello moon'),
      rewardOf('the moon', 'water hello'),
      rewardOf('the moon hello', 'water'),
    ]);
    expect(new Set(rewards).size).toBe(rewards.length);
  });

  it('takes what looks like a special token for ordinary text', async () => {
    const split = await rewardOf('moon [SEP] water', 'hello');
    expect(split).not.toBe(await rewardOf('moon', 'water'));
    const [written] = await model.score('moon', ['[SEP]']);
    expect(written?.tokens).toBe('[CLS] moon [SEP] [ s e p ] [SEP]'.split(' ').length);
  });

  it('scores an empty answer as empty text', async () => {
    const [empty] = await model.score('moon', ['']);
    expect(empty).toMatchObject({ cut: false, tokens: 4 });
    expect(Number.isFinite(empty?.reward)).toBe(true);
  });

  it('counts the tokens of every text each time it is given, without padding', async () => {
    const scored = await model.score('moon', ['moon', 'moon', 'moon moon']);
    expect(scored.map(({ tokens }) => tokens)).toEqual([5, 5, 6]);
    expect(scored[0]).toEqual(scored[1]);
  });

  it('marks a text that its window is too short for, and reads that text’s end', async () => {
    const long = 'moon '.repeat(600);
    const [first, second] = await model.score('the', [`${long}water`, `${long}hello`]);
    expect(first).toMatchObject({ cut: true, tokens: 512 });
    expect(first?.reward).not.toBe(second?.reward);
  });

  it('scores odd texts: NUL, lone surrogates, control characters, a megabyte', async () => {
    const odd = ['\0', '\uD800', '\u202E\u0007', '😀中文', 'a'.repeat(1_000_000)];
    const scored = await model.score('\uDC00', odd);
    expect(scored.every(({ reward }) => Number.isFinite(reward))).toBe(true);
  });

  it('scores nothing when there is nothing to score', async () => {
    expect(await model.score(prompt, [])).toEqual([]);
  });

  it('stops between runs when asked, and can be used afterwards', async () => {
    let asked = 0;
    const shouldStop = () => (asked += 1) > 2;
    await expect(model.score(prompt, answers, { shouldStop })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(asked).toBe(3);
    expect(await model.score(prompt, ['moon'])).toHaveLength(1);
  });

  it('lets other work happen between runs', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    await model.score(prompt, answers);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });
});

describe('loading a reward model', () => {
  it('tells how far it is', async () => {
    const folder = await writeTinyRewardModel(join(scratch, 'progress'));
    const fractions: number[] = [];
    const model = await loadRewardModel({
      path: folder,
      device: 'cpu',
      preparedFolder: scratch,
      onProgress: ({ fraction }) => fractions.push(fraction),
    });
    await model.close();
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });

  it('tells models apart by their contents, not by their names', async () => {
    const hashOf = async (name: string, seed: number) => {
      const folder = await writeTinyRewardModel(join(scratch, name), { seed });
      const reward = await loadReward({ path: folder, device: 'cpu', preparedFolder: scratch });
      await reward.close();
      return reward.facts.contentHash;
    };
    const first = await hashOf('first', 1);
    expect(await hashOf('copy', 1)).toBe(first);
    expect(await hashOf('other', 2)).not.toBe(first);
  });

  it('takes one without token types, and one with a window that is no multiple of 32', async () => {
    const folder = await writeTinyRewardModel(join(scratch, 'plain'), {
      tokenTypes: false,
      windowTokens: 50,
    });
    const model = await loadReward({ path: folder, device: 'cpu', preparedFolder: scratch });
    const text = 'moon '.repeat(100);
    const [scored] = await model.score('the', [{ text, logProbabilities: [] }]);
    await model.close();
    expect(scored).toMatchObject({ cut: true, tokens: 50 });
  });

  it('notices a model that minds the company of a text, and scores one text at a time', async () => {
    const folder = await writeTinyRewardModel(join(scratch, 'social'), { mindsCompany: true });
    const model = await loadRewardModel({ path: folder, device: 'cpu', preparedFolder: scratch });
    const together = await model.score(prompt, answers);
    const [alone] = await model.score(prompt, answers.slice(5, 6));
    await model.close();
    expect(alone).toEqual(together[5]);
  });

  it('gives null where a model’s reward is not a number, and leaves the others alone', async () => {
    const folder = await writeTinyRewardModel(join(scratch, 'fragile'), { fragileWord: 'water' });
    const model = await loadRewardModel({ path: folder, device: 'cpu', preparedFolder: scratch });
    const scored = await model.score('the', ['moon', 'water', 'hello']);
    await model.close();
    expect(scored.map(({ reward }) => reward === null)).toEqual([false, true, false]);
  });
});
