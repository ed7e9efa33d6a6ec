import { totalmem } from 'node:os';

/** How much memory there is, in bytes; containers' limits are counted. */
export interface MemoryFacts {
  totalBytes: number;
  /** What a program could still take without pushing others out. */
  availableBytes: number;
  /** What this process holds in physical memory now. */
  residentBytes: number;
}

/** Measures the memory of this machine and of this process. */
export function measureMemory(): MemoryFacts {
  // constrainedMemory() is 0 or absurdly large where nothing limits the process.
  const limit = process.constrainedMemory();
  const machine = totalmem();
  return {
    totalBytes: limit > 0 ? Math.min(limit, machine) : machine,
    availableBytes: Math.min(process.availableMemory(), machine),
    residentBytes: process.memoryUsage.rss(),
  };
}
