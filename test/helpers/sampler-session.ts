import type { SamplingSettings } from '../../src-main/contract/engine.ts';
import { sessionOptions } from '../../src-main/engine/devices/session-options.ts';
import { samplingFeeds } from '../../src-main/engine/generator/sampling-feeds.ts';
import { declareSamplingInputs } from '../../src-main/engine/graph/decode-graph.ts';
import { graphInputs } from '../../src-main/engine/graph/decode-inputs.ts';
import { GraphBuilder } from '../../src-main/engine/graph/graph-builder.ts';
import { sampler } from '../../src-main/engine/graph/sampler.ts';
import { loadOnnxRuntime, type Tensor as TensorOf } from '../../src-main/engine/onnxruntime.ts';

export interface LoadedSampler {
  /** One token for each row; all rows have the same logits. */
  draw(request: {
    logits: Float32Array;
    rows: number;
    uniforms: Float32Array;
    seen: readonly number[];
    sampling: SamplingSettings;
  }): Promise<number[]>;
  close(): Promise<void>;
}

/** The decode graph's sampler alone, behind the same scaling that the decode graph does to the hidden state. */
export async function loadSampler(vocabulary: number): Promise<LoadedSampler> {
  const { InferenceSession, Tensor } = await loadOnnxRuntime();
  const graph = new GraphBuilder('sampler');
  declareSamplingInputs(graph);
  graph.input('logits', 'float32', ['ROWS', vocabulary]);
  graph.input('uniform', 'float32', ['ROWS']);
  const logits = graph.node('Mul', ['logits', graphInputs.hiddenScale]);
  const token = sampler(graph, vocabulary, { logits, uniform: 'uniform', seen: graphInputs.seen });
  graph.nodes('Identity', [token], ['token']);
  graph.output('token', 'int64', ['ROWS']);
  const session = await InferenceSession.create(graph.encode(), sessionOptions('cpu'));
  let repeated: { one: Float32Array; rows: number; tensor: TensorOf } | null = null;
  return {
    async draw({ logits: one, rows, uniforms, seen, sampling }) {
      if (repeated?.one !== one || repeated.rows !== rows) {
        const all = new Float32Array(rows * vocabulary);
        for (let row = 0; row < rows; row++) all.set(one, row * vocabulary);
        repeated = { one, rows, tensor: new Tensor('float32', all, [rows, vocabulary]) };
      }
      const seenRows = Array.from({ length: rows }, () => seen);
      const { token: tokens } = await session.run({
        ...samplingFeeds(Tensor, vocabulary, { sampling, logProbabilities: false, seen: seenRows }),
        logits: repeated.tensor,
        uniform: new Tensor('float32', uniforms, [rows]),
      });
      return Array.from(tokens?.data as BigInt64Array, Number);
    },
    close: () => session.release(),
  };
}
