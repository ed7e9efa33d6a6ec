import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  makeWorkplace,
  openWhole,
  tinySettings,
  type WholeApplication,
  type Workplace,
} from '../helpers/whole-application.ts';

/** Three hundred kilobytes of cache for each token of each answer, in a file of some megabytes. */
const withLargeCache = {
  layers: 36,
  width: 64,
  heads: 16,
  keyValueHeads: 16,
  headSize: 64,
  feedForward: 64,
  contextLength: 8192,
};

describe('a comparison that needs more memory than there is', () => {
  let workplace: Workplace;
  let whole: WholeApplication;
  beforeAll(async () => {
    workplace = await makeWorkplace(withLargeCache);
    whole = await openWhole(workplace, 'refused.db');
  });
  afterAll(() => {
    whole.close();
    workplace.remove();
  });

  const enormous = () =>
    tinySettings(workplace, { candidates: 4096, maxTokens: 8000, memory: 2 ** 50 });

  it('is refused with the sum before it begins, and nothing of it is stored', async () => {
    await expect(whole.compare(enormous())).rejects.toMatchObject({
      code: 'model-too-large',
      message: expect.stringMatching(
        /^This needs about \d+\.\d GB of memory: \d+\.\d GB for the answers' cache, .* for Winnow itself.* This computer has [\d.]+ GB in all\.$/,
      ) as string,
      help: expect.stringContaining('fewer or shorter answers') as string,
    });
    expect(await whole.application.history(10)).toEqual([]);
  });

  it('leaves the models loaded for one that fits', async () => {
    const engine = whole.engine.pid;
    const run = await whole.compare(tinySettings(workplace, { candidates: 4, maxTokens: 8 }));
    expect(run.status).toBe('done');
    expect(whole.engine.pid).toBe(engine);
  });

  it('is counted with the budget where that is smaller than the answers at full length', async () => {
    const run = await whole.compare({ ...enormous(), candidates: 8, maxTokens: 8, memory: 500e6 });
    expect(run.status).toBe('done');
  });
});
