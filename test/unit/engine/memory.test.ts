import { describe, expect, it } from 'vitest';
import { fileCacheBytes, measureMemory, statPaths } from '../../../src-main/engine/memory.ts';

it('measures memory that exists: the process fits into the machine', () => {
  const { totalBytes, availableBytes, residentBytes } = measureMemory();
  expect(residentBytes).toBeGreaterThan(1_000_000);
  expect(totalBytes).toBeGreaterThan(residentBytes);
  expect(availableBytes).toBeGreaterThan(0);
  expect(availableBytes).toBeLessThanOrEqual(totalBytes);
});

describe('the files that a container keeps in memory', () => {
  it('are found for control groups of both versions, also where the container sees only its own', () => {
    expect(statPaths('0::/user.slice/app.scope\n')).toEqual([
      '/sys/fs/cgroup/user.slice/app.scope/memory.stat',
      '/sys/fs/cgroup/memory.stat',
    ]);
    expect(statPaths('0::/\n')).toEqual([
      '/sys/fs/cgroup/memory.stat',
      '/sys/fs/cgroup/memory.stat',
    ]);
    expect(statPaths('5:cpu:/\n4:memory:/docker/abc\n0::/\n')[0]).toBe(
      '/sys/fs/cgroup/memory/docker/abc/memory.stat',
    );
    expect(statPaths('')).toEqual([]);
  });

  it('are counted with those of the groups below where these are told', () => {
    const version2 = 'anon 400\nfile 900\ninactive_file 500\nactive_file 300\n';
    expect(fileCacheBytes(version2)).toBe(800);
    const version1 =
      'inactive_file 5\nactive_file 3\ntotal_inactive_file 50\ntotal_active_file 30\n';
    expect(fileCacheBytes(version1)).toBe(80);
    expect(fileCacheBytes('')).toBe(0);
  });
});
