import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { deviceNames } from '../../../../src-main/contract/engine.ts';
import {
  computingThreads,
  sessionOptions,
} from '../../../../src-main/engine/devices/session-options.ts';
import { loadOnnxRuntime } from '../../../../src-main/engine/onnxruntime.ts';
import { encodeOnnx } from '../../../helpers/tiny-onnx.ts';

const scratch = mkdtempSync(join(tmpdir(), 'winnow-session-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const rows = 64;
const columns = 32;
const integers = Int8Array.from({ length: rows * columns }, (_, at) => ((at * 37) % 255) - 127);
const scales = Float32Array.from({ length: columns }, (_, at) => 2 ** -8 * (1 + (at % 4)));
const input = Float32Array.from({ length: rows }, (_, at) => ((at * 29) % 64) / 16 - 2);

/** y = x W, where W is stored as 8-bit integers and one scale a column, the usual way. */
const storedIn8Bits = encodeOnnx({
  inputs: [{ name: 'x', type: 'float32', shape: ['batch', rows] }],
  outputs: [{ name: 'y', type: 'float32', shape: ['batch', columns] }],
  initializers: [
    { name: 'integers', type: 'int8', dims: [rows, columns], data: integers },
    { name: 'scales', type: 'float32', dims: [columns], data: scales },
  ],
  nodes: [
    {
      operator: 'DequantizeLinear',
      inputs: ['integers', 'scales'],
      outputs: ['weights'],
      attributes: { axis: 1 },
    },
    { operator: 'MatMul', inputs: ['x', 'weights'], outputs: ['y'] },
  ],
});

/** Every product and sum here is exact in fp32, so the right answer is exact too. */
const exact = Array.from({ length: columns }, (_, column) =>
  input.reduce(
    (sum, x, row) => sum + x * (integers[row * columns + column] ?? NaN) * (scales[column] ?? NaN),
    0,
  ),
);

describe('the options of a session', () => {
  it('name exactly one execution provider, since a second one would replace a missing first one', () => {
    for (const device of deviceNames) {
      expect(sessionOptions(device).executionProviders).toEqual([device]);
    }
  });

  it('use at least one thread', () => {
    expect(computingThreads()).toBeGreaterThanOrEqual(1);
  });

  it('compute in 32 bits with weights that are stored in 8', async () => {
    const { InferenceSession, Tensor } = await loadOnnxRuntime();
    const session = await InferenceSession.create(storedIn8Bits, sessionOptions('cpu'));
    const { y } = await session.run({ x: new Tensor('float32', input, [1, rows]) });
    await session.release();
    expect([...((y?.data ?? []) as Float32Array)]).toEqual(exact);
  });

  it('keep onnxruntime from writing to the terminal', async () => {
    const model = join(scratch, 'model.onnx');
    writeFileSync(model, storedIn8Bits);
    // Writing the optimised graph down makes onnxruntime warn, if it is allowed to.
    const program = `
      import { sessionOptions } from '${new URL('../../../../src-main/engine/devices/session-options.ts', import.meta.url).href}';
      import { loadOnnxRuntime } from '${new URL('../../../../src-main/engine/onnxruntime.ts', import.meta.url).href}';
      const { InferenceSession } = await loadOnnxRuntime();
      const options = { ...sessionOptions('cpu'), optimizedModelFilePath: ${JSON.stringify(`${model}.optimised`)} };
      await InferenceSession.create(${JSON.stringify(model)}, options);
      await InferenceSession.create(new Uint8Array(10), options).catch(() => undefined);
    `;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      program,
    ]);
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
  });
});
