import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

export interface MachineFacts {
  cpu: string;
  cores: number;
  memoryBytes: number;
  system: string;
  node: string;
  onnxruntime: string;
  /** How many programs wanted to compute in the minute before. */
  load: number;
}

export async function describeMachine(): Promise<MachineFacts> {
  const path = new URL('../../node_modules/onnxruntime-node/package.json', import.meta.url);
  const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string };
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${platform()} ${release()}`,
    node: process.version,
    onnxruntime: version,
    load: loadavg()[0] ?? 0,
  };
}
