/** The engine's process behind a served Winnow, found as its child; on Linux and macOS. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export const canFindEngine = process.platform === 'linux' || process.platform === 'darwin';

/** @param served the process of the served Winnow. @throws where it has no engine */
export function engineOf(served: number): number {
  const line = processes().find(
    ({ parent, command }) => parent === served && /engine\.[jt]s/.test(command),
  );
  if (line === undefined) throw new Error(`process ${served} has no engine`);
  return line.pid;
}

/** Processor time that a process has used, in seconds; null where it is gone. Linux only. */
export function processorSeconds(pid: number): number | null {
  try {
    const fields = statOf(pid);
    // Linux counts in hundredths of a second, in user mode and in the kernel.
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return null;
  }
}

/** The fields of /proc/<pid>/stat behind the command, which may hold anything. */
function statOf(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function processes(): { pid: number; parent: number; command: string }[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' });
  return table.split('\n').map((line) => {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return { pid: Number(pid), parent: Number(parent), command };
  });
}
