/**
 * Spoils models of every kind in seeded ways: bits, lengths, shapes, cycles, wrong types, missing files, paths that lead
 * outside. The same seed spoils the same model in the same way.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { seededUniform } from './random-blocks.ts';
import { encodeOnnx, type OnnxGraph, type OnnxTensor } from './tiny-onnx.ts';
import { makeTinyRewardModel } from './tiny-reward-model.ts';

/** A model as its files: names in the folder, contents. */
export type ModelFiles = Map<string, Uint8Array>;

export interface SpoiledModel {
  /** What was done, as a test's title. */
  fault: string;
  /** Writes the model into a folder that is not there yet. */
  write(folder: string): void;
}

/** Numbers of one spoiled model. */
interface Chance {
  /** A whole number from 0 up to below `most`. */
  below: (most: number) => number;
  of: <Item>(items: readonly [Item, ...Item[]]) => Item;
}

function chanceOf(seed: number): Chance {
  const uniform = seededUniform(seed);
  const below = (most: number) => Math.floor(uniform() * most);
  return { below, of: (items) => items[below(items.length)] ?? items[0] };
}

type Spoil = (bytes: Buffer, chance: Chance) => Buffer;

const hugeNumbers = [2n ** 64n - 1n, 2n ** 63n, 2n ** 40n, 2n ** 31n, 0n] as const;

/** Faults of bytes, whatever they mean. */
const spoilBytes: Record<string, Spoil> = {
  'bits flipped anywhere': (bytes, { below }) => {
    for (let flips = 1 + below(16); flips > 0; flips--) flipBit(bytes, below(bytes.length * 8));
    return bytes;
  },
  'bits flipped at the beginning': (bytes, { below }) => {
    const most = Math.min(bytes.length, 2000);
    for (let flips = 1 + below(4); flips > 0; flips--) flipBit(bytes, below(most * 8));
    return bytes;
  },
  'a length that lies': (bytes, { below, of }) => {
    const at = below(Math.max(1, Math.min(bytes.length, 4000) - 8));
    const lie = Buffer.alloc(8);
    lie.writeBigUInt64LE(of(hugeNumbers));
    lie.copy(bytes, at);
    return bytes;
  },
  'cut off': (bytes, { below }) => bytes.subarray(0, below(bytes.length)),
  'a hole of zeros': (bytes, { below }) => {
    const at = below(bytes.length);
    return bytes.fill(0, at, Math.min(bytes.length, at + 1 + below(500)));
  },
  'bytes that do not belong there': (bytes, { below }) => {
    const at = below(bytes.length);
    const added = Buffer.from(Array.from({ length: 1 + below(64) }, () => below(256)));
    return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at)]);
  },
};

function flipBit(bytes: Buffer, bit: number): void {
  const at = bit >> 3;
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
}

const wrongValues = [
  null,
  -1,
  0,
  1e308,
  2 ** 53,
  '',
  'x'.repeat(100_000),
  [],
  {},
  [[[[[[]]]]]],
  true,
  '../../../../etc/passwd',
  '__proto__',
] as const;

/** Faults of JSON documents. */
const spoilJson: Record<string, Spoil> = {
  'a value of another type': (bytes, chance) => {
    const document: unknown = JSON.parse(bytes.toString('utf8'));
    return Buffer.from(JSON.stringify(replaceSomewhere(document, chance)));
  },
  'arrays in arrays without an end': (_bytes, { below }) => {
    const depth = 50_000 + below(200_000);
    return Buffer.from('['.repeat(depth) + ']'.repeat(depth));
  },
};

/** Replaces the document, or one of its values however deep, by a wrong one. */
function replaceSomewhere(value: unknown, chance: Chance): unknown {
  const isInner = typeof value === 'object' && value !== null && chance.below(8) > 0;
  const keys = isInner ? Object.keys(value) : [];
  if (!isInner || keys.length === 0) return chance.of(wrongValues);
  const chosen = keys[chance.below(keys.length)] ?? '';
  const inner: unknown = Reflect.get(value, chosen);
  const replaced = replaceSomewhere(inner, chance);
  if (Array.isArray(value)) return value.with(Number(chosen), replaced);
  return { ...value, [chosen]: replaced };
}

/** A model of some kind, spoiled in one of the ways that any of its files can be. */
export function spoilFiles(seed: number, kind: string, whole: ModelFiles): SpoiledModel {
  const chance = chanceOf(seed);
  const names = [...whole.keys()];
  const name = names[chance.below(names.length)] ?? '';
  const ways = { ...spoilBytes, ...(name.endsWith('.json') ? spoilJson : {}) };
  const faults = [...Object.keys(ways), 'missing', 'a pipe', 'a folder'];
  const way = faults[chance.below(faults.length)] ?? '';
  return {
    fault: `${seed}: ${kind}, ${name}: ${way}`,
    write(folder) {
      writeFiles(folder, whole);
      const path = join(folder, name);
      const spoil = ways[way];
      if (spoil !== undefined) {
        truncateSync(path);
        writeFileSync(path, spoil(Buffer.from(whole.get(name) ?? []), chance));
        return;
      }
      rmSync(path);
      if (way === 'a folder') mkdirSync(path);
      if (way === 'a pipe') execFileSync('mkfifo', [path]);
    },
  };
}

type SpoilGraph = (graph: OnnxGraph, chance: Chance) => OnnxGraph;

/** One of the graph's constants, changed. */
const withTensor =
  (change: (tensor: OnnxTensor, chance: Chance) => OnnxTensor): SpoilGraph =>
  (graph, chance) => {
    const place = chance.below(graph.initializers.length);
    const initializers = graph.initializers.map((tensor, index) =>
      index === place ? change(tensor, chance) : tensor,
    );
    return { ...graph, initializers };
  };

/** Faults of an ONNX graph that is well formed as a file. `canary` lies two folders above: whoever opens it never returns. */
const spoilGraph = (canary: string): Record<string, SpoilGraph> => ({
  'numbers in a file outside, by a path': withTensor((tensor) => ({
    ...tensor,
    externalFile: `../../${basename(canary)}`,
  })),
  'numbers in a file outside, by a whole path': withTensor((tensor) => ({
    ...tensor,
    externalFile: canary,
  })),
  'numbers in a place of the file that lies': withTensor((tensor, { of }) => ({
    ...tensor,
    externalFile: 'model.onnx',
    externalPlace: { offset: String(of(hugeNumbers)), length: String(of(hugeNumbers)) },
  })),
  'a huge shape': withTensor((tensor, { of }) => ({
    ...tensor,
    dims: [...tensor.dims, of([2 ** 20, 2 ** 31, 2 ** 40, 2 ** 52])],
  })),
  'a negative shape': withTensor((tensor) => ({ ...tensor, dims: tensor.dims.map(() => -3) })),
  'a constant that is not there': (graph, { below }) => ({
    ...graph,
    initializers: graph.initializers.toSpliced(below(graph.initializers.length), 1),
  }),
  'a cycle': (graph, { below }) => {
    const [first] = graph.nodes;
    const later = graph.nodes[1 + below(graph.nodes.length - 1)];
    if (first === undefined || later === undefined) return graph;
    const inputs = first.inputs.with(0, later.outputs[0] ?? '');
    return { ...graph, nodes: [{ ...first, inputs }, ...graph.nodes.slice(1)] };
  },
  'two values of one name': (graph, { below }) => {
    const node = graph.nodes[below(graph.nodes.length)];
    return node === undefined ? graph : { ...graph, nodes: [...graph.nodes, node] };
  },
  'an operator that does not exist': (graph, { below }) => {
    const place = below(graph.nodes.length);
    const nodes = graph.nodes.map((node, index) =>
      index === place ? { ...node, operator: 'Unheard' } : node,
    );
    return { ...graph, nodes };
  },
  'no operators': (graph) => ({ ...graph, nodes: [] }),
});

/** A reward model whose graph is spoiled. */
export function spoilRewardGraph(seed: number, canary: string): SpoiledModel {
  const chance = chanceOf(seed);
  const ways = spoilGraph(canary);
  const faults = Object.keys(ways);
  const way = faults[seed % faults.length] ?? '';
  return {
    fault: `${seed}: reward model, graph: ${way}`,
    write(folder) {
      const { files, graph } = makeTinyRewardModel();
      const spoiled = ways[way]?.(graph, chance) ?? graph;
      const all = asBytes(files);
      all.set('onnx/model.onnx', encodeOnnx(spoiled));
      writeFiles(folder, all);
    },
  };
}

/** The files of a model whose texts are strings. */
export function asBytes(files: Iterable<[string, string | Uint8Array]>): ModelFiles {
  return new Map(
    [...files].map(([name, content]) => [
      name,
      typeof content === 'string' ? Buffer.from(content) : content,
    ]),
  );
}

function writeFiles(folder: string, files: ModelFiles): void {
  for (const [name, content] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}
