/** Which process is which, over time: a process id alone is used again after its process has ended. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  pid: number;
  /** When it started, in the words of the platform; null where the platform does not tell. */
  started: string | null;
}

/** Start time since boot, with the boot it belongs to; null where there is no such process or it is a dead one. */
function startedOnLinux(pid: number): string | null {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in brackets and may hold spaces and brackets itself (proc_pid_stat(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const startTicks = fields[19];
  if (state === 'Z' || state === 'X' || startTicks === undefined) return null;
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${startTicks}`;
}

function startedByPs(pid: number): string | null {
  const options = { encoding: 'utf8' as const, env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } };
  const line = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], options).trim();
  return line === '' ? null : line;
}

/** When the process started; null where there is none of that id, or the platform does not tell (Windows). */
export function startTimeOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') return startedOnLinux(pid);
    return process.platform === 'win32' ? null : startedByPs(pid);
  } catch {
    return null;
  }
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: there is such a process, of another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

let own: ProcessIdentity | undefined;

/** This process. */
export function ownIdentity(): ProcessIdentity {
  own ??= { pid: process.pid, started: startTimeOf(process.pid) };
  return own;
}

/** Whether the very process of that identity still runs, and not another one that got its id. */
export function isRunning({ pid, started }: ProcessIdentity): boolean {
  if (!answersSignals(pid)) return false;
  return started === null || startTimeOf(pid) === started;
}
