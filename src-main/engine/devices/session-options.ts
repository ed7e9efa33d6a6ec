import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { DeviceName } from '../../contract/engine.ts';
import type { InferenceSession } from '../onnxruntime.ts';

/**
 * The options of every onnxruntime session in Winnow, for the generator and the reward model alike.
 *
 * - Exactly one execution provider is named. With a second one, onnxruntime silently drops a first one that is missing;
 *   so it raises an error. (Operators that the device lacks run on the CPU in any case.)
 * - Weights that are stored in 8 bits are computed in 32: by default onnxruntime fuses DequantizeLinear + MatMul into a
 *   product that also rounds the activations to 8 bits.
 * - Products of 8-bit numbers are exact: on x86 processors without VNNI the fast ones would overflow.
 * - Nothing is written to the terminal.
 */
export function sessionOptions(device: DeviceName): InferenceSession.SessionOptions {
  return {
    executionProviders: [device],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: computingThreads(),
    logSeverityLevel: 4,
    extra: {
      session: {
        disable_quant_qdq: '1',
        qdq_matmulnbits_accuracy_level: '1',
        x64quantprecision: '1',
      },
    },
  };
}

/** Threads for one operator: the physical cores, since two threads on one core share its arithmetic units. */
export function computingThreads(): number {
  const allowed = availableParallelism();
  return Math.max(1, Math.min(allowed, physicalCores() ?? allowed));
}

/** Counted from what Linux tells; undefined on other systems, where every logical processor is taken. */
function physicalCores(): number | undefined {
  const folder = '/sys/devices/system/cpu';
  try {
    const siblings = readdirSync(folder)
      .filter((name) => /^cpu\d+$/.test(name))
      .map((name) => readFileSync(`${folder}/${name}/topology/thread_siblings_list`, 'utf8'));
    return siblings.length > 0 ? new Set(siblings).size : undefined;
  } catch {
    return undefined;
  }
}
