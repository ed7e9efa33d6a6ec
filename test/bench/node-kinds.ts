import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';

const eventsSchema = v.array(
  v.object({
    cat: v.optional(v.string()),
    name: v.string(),
    dur: v.optional(v.number(), 0),
    args: v.optional(v.looseObject({ op_name: v.optional(v.string()) })),
  }),
);

export interface KindShare {
  kind: string;
  /** Of the time of all nodes. */
  share: number;
}

/**
 * The time of each kind of node, from onnxruntime's own profile.
 * @param run is given a prefix for the profile's file; it must have written the profile when it returns
 */
export async function nodeKinds(run: (prefix: string) => Promise<void>): Promise<KindShare[]> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-profile-'));
  try {
    await run(join(folder, 'profile'));
    const [file = ''] = await readdir(folder);
    const parsed: unknown = JSON.parse(await readFile(join(folder, file), 'utf8'));
    return sharesOf(v.parse(eventsSchema, parsed));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function sharesOf(events: v.InferOutput<typeof eventsSchema>): KindShare[] {
  const times = new Map<string, number>();
  for (const { cat, name, dur, args } of events) {
    const kind = args?.op_name;
    if (cat !== 'Node' || !name.endsWith('_kernel_time') || kind === undefined) continue;
    // A loop's and a branch's time is that of the nodes inside.
    if (kind === 'Loop' || kind === 'If') continue;
    times.set(kind, (times.get(kind) ?? 0) + dur);
  }
  const all = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times]
    .map(([kind, time]) => ({ kind, share: time / all }))
    .sort((a, b) => b.share - a.share);
}
