/** How a generator's tokens are written on each device. The one place that says so; strategies cannot tell. */
import type { DeviceName } from '../../contract/engine.ts';

export type DecodePath =
  /** The decode graph: its Loop writes several tokens per run, and JavaScript holds the cache. */
  | { kind: 'loop' }
  /** The graph for graphics cards: a fixed number of steps per run, without a Loop. */
  | {
      kind: 'unrolled';
      stepsPerRun: number;
      /** `device`: keys and values stay on the card between runs; `host`: every output comes back to JavaScript. */
      cache: 'device' | 'host';
    };

/**
 * Why each is as it is: docs/devices.md.
 * - webgpu: its Loop would run on the CPU and its kernels do not survive empty tensors; outputs can stay on the card.
 * - dml: its Loop runs on the CPU, and outputs cannot stay on the card: so several steps share one upload of the cache.
 * - coreml: takes single operators out of a graph; the loop around them runs on the CPU in any case.
 */
export const decodePaths: Readonly<Record<DeviceName, DecodePath>> = {
  cpu: { kind: 'loop' },
  cuda: { kind: 'loop' },
  coreml: { kind: 'loop' },
  webgpu: { kind: 'unrolled', stepsPerRun: 1, cache: 'device' },
  dml: { kind: 'unrolled', stepsPerRun: 4, cache: 'host' },
};

/** Numbers of steps per run that a prepared model has graphs for. */
export const unrolledSteps: readonly number[] = [
  ...new Set(
    Object.values(decodePaths).flatMap((path) =>
      path.kind === 'unrolled' ? [path.stepsPerRun] : [],
    ),
  ),
];

/** Where the graphs run that are not made for cards (a decoder that judges): the processor, where a card wants its own. */
export function deviceForPlainGraphs(device: DeviceName): DeviceName {
  return decodePaths[device].kind === 'loop' ? device : 'cpu';
}
