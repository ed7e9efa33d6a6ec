/**
 * The keys and values of one lane as tensors that may lie on a graphics card. They are never read here: parts are joined,
 * and rows are dropped, by small graphs that run where the tensors lie.
 */
import { GraphBuilder } from '../graph/graph-builder.ts';
import { loadOnnxRuntime, type InferenceSession, type Tensor } from '../onnxruntime.ts';

/** Keys `[rows, kvHeads, headSize, tokens]` and values `[rows, kvHeads, tokens, headSize]` of one layer. */
export interface LayerTensors {
  keys: Tensor;
  values: Tensor;
}

/** Joins and drops. What is given stays as it is; what comes out belongs to the caller. */
export interface CacheTools {
  /** The tokens of both, in this order. */
  join(first: LayerTensors, second: LayerTensors): Promise<LayerTensors>;
  /** @param rows rising row numbers */
  keepRows(layer: LayerTensors, rows: readonly number[]): Promise<LayerTensors>;
  close(): Promise<void>;
}

const tokenAxis = { keys: 3, values: 2 } as const;

/** Loads the small graphs on a device. */
export async function loadCacheTools(
  options: InferenceSession.SessionOptions,
): Promise<CacheTools> {
  const { InferenceSession, Tensor } = await loadOnnxRuntime();
  const sessions: InferenceSession[] = [];
  const close = async (): Promise<void> => {
    for (const session of sessions) await session.release();
  };
  const load = async (graph: GraphBuilder) => {
    const session = await InferenceSession.create(graph.encode(), options);
    sessions.push(session);
    return async (feeds: Record<string, Tensor>): Promise<Tensor> =>
      only((await session.run(feeds))['out']);
  };
  try {
    const joinKeys = await load(joinGraph(tokenAxis.keys));
    const joinValues = await load(joinGraph(tokenAxis.values));
    const gather = await load(gatherGraph());
    return {
      join: async (first, second) => ({
        keys: await joinKeys({ first: first.keys, second: second.keys }),
        values: await joinValues({ first: first.values, second: second.values }),
      }),
      keepRows: async ({ keys, values }, rows) => {
        const kept = new Tensor('int64', BigInt64Array.from(rows, BigInt), [rows.length]);
        return {
          keys: await gather({ all: keys, rows: kept }),
          values: await gather({ all: values, rows: kept }),
        };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Gives tensors back; those on a card take its memory until then. */
export function disposeLayers(layers: readonly LayerTensors[] | null): void {
  for (const { keys, values } of layers ?? []) {
    keys.dispose();
    values.dispose();
  }
}

function joinGraph(axis: number): GraphBuilder {
  const graph = new GraphBuilder('winnow-join');
  for (const name of ['first', 'second'])
    graph.input(
      name,
      'float32',
      [name, 'H', 'A', 'B'].map((dim, at) =>
        at === axis ? `${name}-tokens` : at === 0 ? 'ROWS' : dim,
      ),
    );
  graph.nodes('Concat', ['first', 'second'], ['out'], { axis });
  graph.output('out', 'float32');
  return graph;
}

function gatherGraph(): GraphBuilder {
  const graph = new GraphBuilder('winnow-keep-rows');
  graph.input('all', 'float32', ['ROWS', 'H', 'A', 'B']);
  graph.input('rows', 'int64', ['KEPT']);
  graph.nodes('Gather', ['all', 'rows'], ['out'], { axis: 0 });
  graph.output('out', 'float32');
  return graph;
}

function only(tensor: Tensor | undefined): Tensor {
  if (tensor === undefined) throw new RangeError('the graph gave no output');
  return tensor;
}
