import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { isRunning, ownIdentity } from '../../../src-main/store/process-identity.ts';

describe('the identity of a process', () => {
  it('is running while the process does, and no longer after its end', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
    const pid = child.pid ?? 0;
    expect(isRunning({ pid, started: null })).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isRunning({ pid, started: null })).toBe(false);
  });

  it('is not the one of another process that got the same id', () => {
    const own = ownIdentity();
    expect(isRunning(own)).toBe(true);
    // Windows does not tell when a process started.
    if (process.platform === 'win32') return;
    expect(isRunning({ ...own, started: 'another time' })).toBe(false);
  });
});
