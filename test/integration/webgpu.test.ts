import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeviceName } from '../../src-main/contract/engine.ts';
import { startWinnow } from '../helpers/command-line.ts';
import { unpackSwiftShader, type SwiftShader } from '../helpers/swift-shader.ts';
import { makeWorkplace, type Workplace } from '../helpers/whole-application.ts';

const shader: SwiftShader | null = await unpackSwiftShader();
const before = { ...process.env };
let workplace: Workplace;

beforeAll(async () => {
  // The processes that are started from here see the card.
  Object.assign(process.env, shader?.environment);
  workplace = await makeWorkplace();
});
afterAll(async () => {
  process.env = before;
  workplace.remove();
  await shader?.remove();
});

interface RunDocument {
  run: {
    status: string;
    generator: { device: string; notices?: string[] };
    reward: { device: string; notices?: string[] };
  };
  lanes: {
    strategy: string;
    chosen: { text: string; reward: number };
    candidates: { index: number; text: string; state: string }[];
  }[];
}

async function compareOn(device: DeviceName): Promise<RunDocument> {
  const { generator, reward } = workplace;
  const words = [
    ...['compare', 'Tell me about rain, please.', '--json', '--device', device],
    ...['--generator', generator, '--reward', reward, '--candidates', '4', '--max-tokens', '16'],
    ...['--strategies', 'greedy,speculative-rejection'],
  ];
  const { code, out, err } = await startWinnow(workplace, words).ended;
  expect(code, err).toBe(0);
  return JSON.parse(out) as RunDocument;
}

describe.skipIf(shader === null)('WebGPU, on a card in software', () => {
  it('runs a whole comparison, and writes and scores what the processor does', async () => {
    const [card, processor] = [await compareOn('webgpu'), await compareOn('cpu')];
    expect(card.run).toMatchObject({
      status: 'done',
      generator: { device: 'webgpu' },
      reward: { device: 'webgpu' },
    });
    expect(card.run.generator.notices).toBeUndefined();
    expect(processor.run.generator.device).toBe('cpu');
    const [greedy, rejection] = card.lanes;
    const expected = processor.lanes[0]?.chosen;
    expect(greedy?.chosen.text).toBe(expected?.text);
    expect(greedy?.chosen.reward).toBeCloseTo(expected?.reward ?? NaN, 3);
    expect(rejection?.candidates.some(({ state }) => state === 'rejected')).toBe(true);
    expect(Number.isFinite(rejection?.chosen.reward)).toBe(true);
    // A card in software compiles every kernel with the machine's own compiler.
  }, 240_000);
});
