import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sessionOptions } from '../../src-main/engine/devices/session-options.ts';
import { GraphBuilder } from '../../src-main/engine/graph/graph-builder.ts';
import { WeightsFile } from '../../src-main/engine/graph/weights-file.ts';
import { loadOnnxRuntime } from '../../src-main/engine/onnxruntime.ts';

/** A large fp32 matrix product through onnxruntime: what this processor can do at most. */
export interface MatrixCeiling {
  /** The best of a few products, in GFLOP/s. */
  measure(): Promise<number>;
  close(): Promise<void>;
}

const rows = 512;
const size = 2048;

export async function matrixCeiling(): Promise<MatrixCeiling> {
  const { InferenceSession, Tensor } = await loadOnnxRuntime();
  const folder = await mkdtemp(join(tmpdir(), 'winnow-bench-'));
  const weights = await WeightsFile.create(folder, 'weights.bin');
  await weights.add('w', 'float32', [size, size], [new Float32Array(size * size).fill(0.5)]);
  await weights.close();
  const graph = new GraphBuilder('product');
  graph.input('x', 'float32', [rows, size]);
  graph.output(graph.node('MatMul', ['x', 'w']), 'float32');
  weights.declare(graph);
  await writeFile(join(folder, 'product.onnx'), graph.encode());
  const session = await InferenceSession.create(
    join(folder, 'product.onnx'),
    sessionOptions('cpu'),
  );
  await rm(folder, { recursive: true });
  const x = new Tensor('float32', new Float32Array(rows * size).fill(0.25), [rows, size]);
  return {
    async measure() {
      let best = 0;
      for (let trial = 0; trial < 8; trial++) {
        const began = performance.now();
        await session.run({ x });
        best = Math.max(best, (2 * rows * size * size) / (performance.now() - began) / 1e6);
      }
      return best;
    },
    close: () => session.release(),
  };
}
