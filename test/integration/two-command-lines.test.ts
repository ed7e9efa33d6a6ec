import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWinnow } from '../helpers/command-line.ts';
import { expectIntactFile } from '../helpers/killed-runs.ts';
import { makeWorkplace, type Workplace } from '../helpers/whole-application.ts';

let workplace: Workplace;

beforeAll(async () => {
  workplace = await makeWorkplace();
});
afterAll(() => workplace.remove());

it('two command lines share a data folder that neither has seen before', async () => {
  const words = (seed: string) => [
    ...['compare', 'Tell me about rain.', '--json', '--candidates', '6', '--max-tokens', '20'],
    ...['--generator', workplace.generator, '--reward', workplace.reward, '--seed', seed],
  ];
  const ends = await Promise.all(
    ['1', '2', '3'].map((seed) => startWinnow(workplace, words(seed)).ended),
  );
  for (const { code, out } of ends) {
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ run: { status: 'done' } });
  }
  const { out } = await startWinnow(workplace, ['history', '--json']).ended;
  const { runs } = JSON.parse(out) as { runs: { settings: { seed: number }; status: string }[] };
  expect(runs.map(({ settings }) => settings.seed).sort()).toEqual([1, 2, 3]);
  expect(runs.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
  expectIntactFile(join(workplace.folder, 'data', 'database', 'winnow.db'));
});
