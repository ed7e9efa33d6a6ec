import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KnownMemory } from '../../../src-main/engine/known-memory.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';
import { writeTinyRewardModel } from '../../helpers/tiny-reward-model.ts';

describe('what is known of the memory that reward models take', () => {
  it('changes with the model at a path, and comes when there is one', async () => {
    const path = join(temporaryFolder(), 'judge');
    const known = new KnownMemory();
    const weights = async () => (await known.of([path, path, 'likelihood'])).map((m) => m.weights);
    expect(await weights()).toEqual([]);
    await writeTinyRewardModel(path);
    const [small = NaN, ...others] = await weights();
    expect(others).toEqual([]);
    expect(await weights()).toEqual([small]);
    await writeTinyRewardModel(path, { hiddenSize: 64 });
    const [large = NaN] = await weights();
    expect(large).toBeGreaterThan(2 * small);
  });
});
