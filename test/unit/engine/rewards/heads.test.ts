import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readHeads, weightedSum } from '../../../../src-main/engine/rewards/heads.ts';
import { temporaryFolder } from '../../../helpers/temporary-store.ts';

/** The heads of a model with these outputs, where the file holds this; undefined: there is no file. */
function headsWith(contents: unknown, labels: string[]) {
  const path = join(temporaryFolder(), 'winnow-reward.json');
  if (contents !== undefined) writeFileSync(path, JSON.stringify(contents));
  return readHeads(path, labels);
}

const labels = ['helpfulness', 'correctness', 'verbosity'];
const weightsOf = async (contents: unknown, of = labels) =>
  (await headsWith(contents, of)).map(({ weight }) => weight);

describe('the heads of a reward model', () => {
  it('need no file where there is one, whatever its name', async () => {
    expect(await weightsOf(undefined, ['LABEL_0'])).toEqual([1]);
  });

  it('are weighted by their names or their numbers; what is not named counts nothing', async () => {
    expect(await weightsOf({ weights: { verbosity: -0.5, helpfulness: 2 } })).toEqual([2, 0, -0.5]);
    expect(await weightsOf({ weights: { 1: 1 } })).toEqual([0, 1, 0]);
  });

  it('can turn the only one round', async () => {
    expect(await weightsOf({ weights: { LABEL_0: -1 } }, ['LABEL_0'])).toEqual([-1]);
  });

  it('are told apart by a good and a bad name', async () => {
    expect(await weightsOf(undefined, ['POSITIVE', 'NEGATIVE'])).toEqual([1, -1]);
    expect(await weightsOf({ weights: { POSITIVE: 1 } }, ['POSITIVE', 'NEGATIVE'])).toEqual([1, 0]);
  });

  it.each([
    ['nothing says how two count', undefined, ['LABEL_0', 'LABEL_1']],
    ['nothing says how three count', undefined, labels],
    ['a weight is a text', { weights: { helpfulness: 'much' } }, labels],
    ['a weight is not finite', { weights: { helpfulness: null } }, labels],
    ['there are no weights', {}, labels],
    ['there is something else beside the weights', { weights: { 0: 1 }, labels }, labels],
    ['an output does not exist', { weights: { honesty: 1 } }, labels],
    ['a number is too large', { weights: { 3: 1 } }, labels],
    ['all weights are 0', { weights: { helpfulness: 0 } }, labels],
    ['the file is a list', [1, 2, 3], labels],
  ])('are refused where %s', async (_, contents, of) => {
    await expect(headsWith(contents, of)).rejects.toMatchObject({ code: 'reward-model-invalid' });
  });

  it('say in full what to write into which file', async () => {
    await expect(headsWith(undefined, labels)).rejects.toMatchObject({
      message:
        'This model gives 3 numbers for a text ("helpfulness", "correctness", and "verbosity"), and a reward is one.',
      help: 'Write how much each number counts into a file named winnow-reward.json beside the model, for example {"weights":{"helpfulness":1,"correctness":0}}. Numbers that it does not name count nothing.',
    });
  });
});

describe('the reward of several heads', () => {
  it('is their weighted sum', () => {
    const heads = [
      { name: 'a', weight: 2 },
      { name: 'b', weight: -1 },
    ];
    expect(weightedSum([3, 4], heads)).toBe(2);
  });

  it('does not suffer from a head that counts nothing', () => {
    const heads = [
      { name: 'a', weight: 1 },
      { name: 'b', weight: 0 },
    ];
    expect(weightedSum([3, NaN], heads)).toBe(3);
  });
});
