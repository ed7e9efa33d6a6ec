import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoppableEngine } from '../../src-main/core/engine.ts';
import { say } from '../helpers/command-line.ts';
import { unpackExports } from '../helpers/export-fixtures.ts';
import { makeWorkplace, realEngine, type Workplace } from '../helpers/whole-application.ts';

let workplace: Workplace;
let exports: Awaited<ReturnType<typeof unpackExports>>;
let engine: StoppableEngine;
beforeAll(async () => {
  workplace = await makeWorkplace();
  exports = await unpackExports();
  engine = realEngine();
});
afterAll(async () => {
  engine.close();
  workplace.remove();
  await exports.remove();
});

interface RunDocument {
  run: { status: string; budgetBytes: number; generator: { form: string; quantisation: string } };
  lanes: {
    strategy: string;
    peakCacheBytes: number;
    candidates: { index: number; state: string; text: string }[];
  }[];
}

describe('a comparison with an exported model', () => {
  it.each(['llama', 'llama-genai', 'llama/onnx/model_int8.onnx'])('runs: %s', async (path) => {
    const { code, out, err } = await say(
      workplace,
      [
        ...['compare', 'Tell me about rain, please.', '--json'],
        ...['--generator', join(exports.folder, path), '--reward', workplace.reward],
        ...['--candidates', '6', '--max-tokens', '16', '--memory', '2MB'],
      ],
      { engine },
    );
    expect(code, err).toBe(0);
    const { run, lanes } = JSON.parse(out) as RunDocument;
    expect(run.status).toBe('done');
    const [best, rejection] = lanes;
    // Each candidate is the same in both, as far as it was written.
    for (const { index, text } of rejection?.candidates ?? []) {
      const whole = best?.candidates.find((one) => one.index === index)?.text ?? '';
      expect(whole.startsWith(text) || text === whole).toBe(true);
    }
    for (const { peakCacheBytes } of lanes) {
      expect(peakCacheBytes).toBeLessThanOrEqual(run.budgetBytes);
    }
  });
});
