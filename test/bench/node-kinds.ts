/** What onnxruntime's own profile says of the nodes of a graph. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';

const shapes = v.array(v.record(v.string(), v.array(v.number())));
const eventsSchema = v.array(
  v.object({
    cat: v.optional(v.string()),
    name: v.string(),
    dur: v.optional(v.number(), 0),
    args: v.optional(
      v.looseObject({
        op_name: v.optional(v.string()),
        input_type_shape: v.optional(shapes, []),
        output_type_shape: v.optional(shapes, []),
      }),
    ),
  }),
);

/** One execution of one node. */
interface Execution {
  node: string;
  kind: string;
  milliseconds: number;
  /** Without weights that onnxruntime has packed. */
  inputs: number[][];
  outputs: number[][];
}

export interface KindShare {
  kind: string;
  /** Of the time of all nodes. */
  share: number;
}

/** The fastest of a node's executions. */
export type NodeTime = Execution;

/**
 * The time of each kind of node.
 * @param run is given a prefix for the profile's file; it must have written the profile when it returns
 */
export async function nodeKinds(run: (prefix: string) => Promise<void>): Promise<KindShare[]> {
  const times = new Map<string, number>();
  for (const { kind, milliseconds } of await executions(run)) {
    times.set(kind, (times.get(kind) ?? 0) + milliseconds);
  }
  const all = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times]
    .map(([kind, time]) => ({ kind, share: time / all }))
    .sort((a, b) => b.share - a.share);
}

/**
 * The time of each node, the fastest of its last executions: what other programs take of the processor falls out.
 * @param run as in nodeKinds
 */
export async function nodeTimes(
  run: (prefix: string) => Promise<void>,
  lastExecutions: number,
): Promise<NodeTime[]> {
  const byNode = Map.groupBy(await executions(run), ({ node }) => node);
  return [...byNode.values()].map((all) =>
    all
      .slice(-lastExecutions)
      .reduce((best, next) => (next.milliseconds < best.milliseconds ? next : best)),
  );
}

async function executions(run: (prefix: string) => Promise<void>): Promise<Execution[]> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-profile-'));
  try {
    await run(join(folder, 'profile'));
    const [file = ''] = await readdir(folder);
    const parsed: unknown = JSON.parse(await readFile(join(folder, file), 'utf8'));
    return v.parse(eventsSchema, parsed).flatMap(({ cat, name, dur, args }) => {
      const kind = args?.op_name;
      if (cat !== 'Node' || !name.endsWith('_kernel_time') || kind === undefined) return [];
      // A loop's and a branch's time is that of the nodes inside.
      if (kind === 'Loop' || kind === 'If') return [];
      const inputs = dimensions(args?.input_type_shape);
      const outputs = dimensions(args?.output_type_shape);
      return [{ node: name, kind, milliseconds: dur / 1000, inputs, outputs }];
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Of each input the shape, without its type. */
function dimensions(listed: v.InferOutput<typeof shapes> = []): number[][] {
  return listed.map((one) => Object.values(one)[0] ?? []);
}
