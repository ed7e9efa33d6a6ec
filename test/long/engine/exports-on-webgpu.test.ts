import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWinnow } from '../../helpers/command-line.ts';
import { unpackExports } from '../../helpers/export-fixtures.ts';
import { unpackSwiftShader, type SwiftShader } from '../../helpers/swift-shader.ts';
import { makeWorkplace, type Workplace } from '../../helpers/whole-application.ts';

const shader: SwiftShader | null = await unpackSwiftShader();
const before = { ...process.env };
let workplace: Workplace;
let exports: Awaited<ReturnType<typeof unpackExports>>;

beforeAll(async () => {
  // The processes that are started from here see the card.
  Object.assign(process.env, shader?.environment);
  workplace = await makeWorkplace();
  exports = await unpackExports();
});
afterAll(async () => {
  process.env = before;
  workplace.remove();
  await exports.remove();
  await shader?.remove();
});

interface RunDocument {
  run: { generator: { device: string } };
  lanes: { chosen: { text: string } }[];
}

async function greedyAnswer(file: string, device: 'webgpu' | 'cpu'): Promise<string | undefined> {
  const { code, out, err } = await startWinnow(workplace, [
    ...['compare', 'Tell me about rain, please.', '--json', '--device', device],
    ...['--generator', join(exports.folder, file), '--reward', 'likelihood'],
    ...['--candidates', '2', '--max-tokens', '12', '--strategies', 'greedy'],
  ]).ended;
  expect(code, err).toBe(0);
  const { run, lanes } = JSON.parse(out) as RunDocument;
  expect(run.generator.device).toBe(device);
  return lanes[0]?.chosen.text;
}

// The card in software has no halves.
const files = ['llama/onnx/model.onnx', 'llama/onnx/model_q4.onnx', 'gemma3'];

describe.skipIf(shader === null)('an export on WebGPU, on a card in software', () => {
  it.each(files)('writes what it writes on the processor: %s', async (file) => {
    const onCard = await greedyAnswer(file, 'webgpu');
    expect(onCard).toBe(await greedyAnswer(file, 'cpu'));
    expect(onCard).not.toBe('');
  });

  it('is the next of a folder where the card cannot run the best, which is in halves', async () => {
    expect(await greedyAnswer('llama', 'webgpu')).not.toBe('');
  });

  it('runs where its products round differently there: llama-genai', async () => {
    expect(await greedyAnswer('llama-genai', 'webgpu')).not.toBe('');
  });
});
