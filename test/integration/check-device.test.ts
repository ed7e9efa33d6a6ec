import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeWorkplace, type Workplace } from '../helpers/whole-application.ts';

let workplace: Workplace;

beforeAll(async () => {
  workplace = await makeWorkplace();
});
afterAll(() => workplace.remove());

it('the check of a device says what to paste into an issue', () => {
  const { generator, reward } = workplace;
  const words = ['--device', 'cpu', '--generator', generator, '--reward', reward];
  const said = execFileSync(
    process.execPath,
    ['test/bench/check-device.ts', ...words, '--tokens', '8', '--n', '1,4'],
    { encoding: 'utf8' },
  );
  expect(said).toContain('onnxruntime');
  expect(said).toMatch(/- cpu: usable\. /);
  expect(said).toMatch(/\| self-test +\| greedy tokens as on the processor/);
  expect(said).toContain('7 of 7 the same among 7 and among 64; alone the same');
  expect(said).toContain('done; wrote on cpu, scored on cpu');
  expect(said).toMatch(/N = 1: \d+\.\d · N = 4: \d+\.\d/);
  expect(said).not.toContain('failed');
}, 240_000);
