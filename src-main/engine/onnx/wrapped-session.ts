/** The exported graph inside of Winnow's loop (wrap.ts): up to K tokens for all rows in one run. */
import { samplingFeeds } from '../generator/sampling-feeds.ts';
import { graphInputs } from '../graph/decode-inputs.ts';
import { loadOnnxRuntime, type InferenceSession, type Tensor } from '../onnxruntime.ts';
import type { ExportShape } from './decoder-shape.ts';
import type { ExportResult, ExportRun, ExportSession } from './export-session.ts';
import { loadFault, runFault } from './session-fault.ts';
import { wrappedNames, type WrappedGraph } from './wrap.ts';

type OnnxRuntime = Awaited<ReturnType<typeof loadOnnxRuntime>>;

export class WrappedSession implements ExportSession {
  /** The whole cache leaves the graph after each run; so runs are as long as stopping allows. */
  static readonly mostSteps = 8;
  readonly mostSteps = WrappedSession.mostSteps;
  readonly #runtime: OnnxRuntime;
  readonly #session: InferenceSession;
  readonly #shape: ExportShape;
  readonly #prefix: string;

  private constructor(
    runtime: OnnxRuntime,
    session: InferenceSession,
    { shape, prefix }: { shape: ExportShape; prefix: string },
  ) {
    this.#runtime = runtime;
    this.#session = session;
    this.#shape = shape;
    this.#prefix = prefix;
  }

  /**
   * The wrapped graph is given as bytes, and its numbers stay in the files of the export, which onnxruntime maps.
   * @throws out-of-memory, model-damaged, model-format-unsupported
   */
  static async load(
    { model, prefix, root }: WrappedGraph,
    shape: ExportShape,
    options: InferenceSession.SessionOptions,
  ): Promise<WrappedSession> {
    const runtime = await loadOnnxRuntime();
    const extra = options.extra as { session?: Record<string, string> } | undefined;
    const place = { model_external_initializers_file_folder_path: root };
    const session = await runtime.InferenceSession.create(model, {
      ...options,
      extra: { ...extra, session: { ...extra?.session, ...place } },
    }).catch((error: unknown) => {
      throw loadFault(error);
    });
    return new WrappedSession(runtime, session, { shape, prefix });
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  async run(request: ExportRun): Promise<ExportResult> {
    const prefix = this.#prefix;
    const feeds = Object.fromEntries(
      Object.entries(this.#feeds(request)).map(([name, value]) => [prefix + name, value]),
    );
    const results = await this.#session.run(feeds).catch((error: unknown) => {
      throw runFault(error);
    });
    const tensor = (name: string): Tensor => {
      const found = results[prefix + name];
      if (found === undefined) throw new RangeError(`the graph gave no ${name}`);
      return found;
    };
    const tokens = tensor(wrappedNames.tokens);
    return {
      steps: tokens.dims[0] ?? 0,
      tokens: tokens.data as BigInt64Array,
      logProbabilities: tensor(wrappedNames.logProbabilities).data as Float32Array,
      cache: this.#shape.cache.map((_, part) => tensor(wrappedNames.present(part))),
    };
  }

  #feeds(request: ExportRun): Record<string, Tensor> {
    const { read, length, cache, steps, uniforms, ended } = request;
    const { Tensor } = this.#runtime;
    const rows = read.length;
    const count = read[0]?.length ?? 0;
    const integers = (values: readonly number[], dims: readonly number[] = [values.length]) =>
      new Tensor('int64', BigInt64Array.from(values, BigInt), dims);
    const endTokens = request.endTokens.length > 0 ? request.endTokens : [-1];
    const feeds: Record<string, Tensor> = {
      ...samplingFeeds(Tensor, this.#shape.vocabularySize, request),
      [graphInputs.steps]: integers([steps], []),
      [graphInputs.tokens]: integers(read.flat(), [rows, count]),
      [wrappedNames.firstLength]: integers([length + count]),
      [graphInputs.uniforms]: new Tensor('float32', uniforms, [steps, rows]),
      [graphInputs.ended]: new Tensor('bool', [...ended], [rows]),
      [graphInputs.endTokens]: integers(endTokens),
    };
    for (const [part, tensor] of cache.entries()) feeds[wrappedNames.past(part)] = tensor;
    return feeds;
  }
}
