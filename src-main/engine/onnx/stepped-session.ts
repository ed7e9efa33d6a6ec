/**
 * The exported graph as it is, run once for each token, with the sampling in JavaScript: plain and slow. It is what the
 * wrapped graph is checked against, and the way for devices on which loops run badly.
 */
import { drawToken, logProbability } from '../generator/naive-sampler.ts';
import { halfTable } from '../gguf/half.ts';
import { loadOnnxRuntime, type InferenceSession, type Tensor } from '../onnxruntime.ts';
import type { ExportShape, PlainInput } from './decoder-shape.ts';
import { int64 } from './element-types.ts';
import type { ExportResult, ExportRun, ExportSession } from './export-session.ts';
import { loadFault, runFault } from './session-fault.ts';

type OnnxRuntime = Awaited<ReturnType<typeof loadOnnxRuntime>>;

export class SteppedSession implements ExportSession {
  readonly mostSteps = 1;
  readonly #runtime: OnnxRuntime;
  readonly #session: InferenceSession;
  readonly #shape: ExportShape;

  private constructor(runtime: OnnxRuntime, session: InferenceSession, shape: ExportShape) {
    this.#runtime = runtime;
    this.#session = session;
    this.#shape = shape;
  }

  /**
   * @param path the export's ONNX file
   * @throws out-of-memory, model-damaged, model-format-unsupported
   */
  static async load(
    path: string,
    shape: ExportShape,
    options: InferenceSession.SessionOptions,
  ): Promise<SteppedSession> {
    const runtime = await loadOnnxRuntime();
    const session = await runtime.InferenceSession.create(path, options).catch((error: unknown) => {
      throw loadFault(error);
    });
    return new SteppedSession(runtime, session, shape);
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  /** Only for one step. */
  async run(request: ExportRun): Promise<ExportResult> {
    const { read, uniforms, seen, sampling } = request;
    const wanted = ['logits', ...this.#shape.cache.map(({ present }) => present)];
    const results = await this.#session
      .run(this.#feeds(request), wanted)
      .catch((error: unknown) => {
        throw runFault(error);
      });
    const tensor = (name: string): Tensor => {
      const found = results[name];
      if (found === undefined) throw new RangeError(`the graph gave no ${name}`);
      return found;
    };
    const logits = read.map((_, row) => lastLogits(tensor('logits'), row));
    const tokens = logits.map((values, row) =>
      drawToken(values, sampling, seen[row] ?? [], uniforms[row] ?? 0),
    );
    return {
      steps: 1,
      tokens: BigInt64Array.from(tokens, BigInt),
      logProbabilities: Float32Array.from(tokens, (token, row) =>
        request.logProbabilities ? logProbability(logits[row] ?? new Float32Array(0), token) : 0,
      ),
      cache: this.#shape.cache.map(({ present }) => tensor(present)),
    };
  }

  #feeds({ read, length, cache }: ExportRun): Record<string, Tensor> {
    const rows = read.length;
    const count = read[0]?.length ?? 0;
    const positions = Array.from({ length: count }, (_, place) => length + place);
    const values: Record<PlainInput, { data: number[]; dims: number[] }> = {
      input_ids: { data: read.flat(), dims: [rows, count] },
      attention_mask: {
        data: new Array<number>(rows * (length + count)).fill(1),
        dims: [rows, length + count],
      },
      position_ids: { data: read.flatMap(() => positions), dims: [rows, count] },
      num_logits_to_keep: { data: [1], dims: [1] },
    };
    const feeds: Record<string, Tensor> = {};
    for (const { name, elementType, axes } of this.#shape.plainInputs) {
      const { data, dims } = values[name];
      feeds[name] = this.#integers(data, axes === 0 ? [] : dims, elementType);
    }
    for (const [part, { past }] of this.#shape.cache.entries()) {
      const tensor = cache[part];
      if (tensor !== undefined) feeds[past] = tensor;
    }
    return feeds;
  }

  #integers(data: readonly number[], dims: readonly number[], elementType: number): Tensor {
    const { Tensor } = this.#runtime;
    return elementType === int64
      ? new Tensor('int64', BigInt64Array.from(data, BigInt), dims)
      : new Tensor('int32', Int32Array.from(data), dims);
  }
}

/** The logits of the last token that a row read, `[vocabulary]`. */
function lastLogits({ data, dims }: Tensor, row: number): Float32Array {
  const [, count = 1, width = 0] = dims;
  const end = (row + 1) * count * width;
  if (data instanceof Float32Array) return data.slice(end - width, end);
  const halves = halfTable();
  return Float32Array.from(
    (data as Uint16Array).subarray(end - width, end),
    (bits) => halves[bits] ?? 0,
  );
}
