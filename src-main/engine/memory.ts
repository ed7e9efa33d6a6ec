/** How much memory there is on this machine, and in this process. */
import { readFileSync } from 'node:fs';
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
  const isLimited = limit > 0 && limit < machine;
  // In a container files that were read count as taken, though the system gives their pages up for anybody.
  const reclaimable = isLimited ? containerFileCache() : 0;
  const totalBytes = isLimited ? limit : machine;
  return {
    totalBytes,
    availableBytes: Math.min(process.availableMemory() + reclaimable, totalBytes),
    residentBytes: process.memoryUsage.rss(),
  };
}

/** Bytes of files that the container of this process keeps in memory; 0 where that cannot be read. */
function containerFileCache(): number {
  for (const path of statPaths(readText('/proc/self/cgroup'))) {
    const text = readText(path);
    if (text !== '') return fileCacheBytes(text);
  }
  return 0;
}

/**
 * Where the numbers of a process's control group lie, for both versions of Linux' control groups.
 * @param groups what /proc/self/cgroup says
 */
export function statPaths(groups: string): string[] {
  const version2 = /^0::(\/.*)$/m.exec(groups)?.[1];
  const version1 = /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(\/.*)$/m.exec(groups)?.[1];
  const root = '/sys/fs/cgroup';
  // Inside a container its own group is often the root of what can be seen.
  return [
    ...(version1 === undefined ? [] : [`${root}/memory${version1}`, `${root}/memory`]),
    ...(version2 === undefined ? [] : [`${root}${version2}`, root]),
  ].map((folder) => `${folder.replace(/\/$/, '')}/memory.stat`);
}

/** The pages of files in memory, as memory.stat counts them. */
export function fileCacheBytes(stat: string): number {
  const value = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);
  const ofAll = value('total_inactive_file') + value('total_active_file');
  return ofAll > 0 ? ofAll : value('inactive_file') + value('active_file');
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
