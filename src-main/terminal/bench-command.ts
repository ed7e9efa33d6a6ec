/** `winnow bench`: starts the benchmark, which is a program of its own, with the words given. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { WinnowError } from '../contract/errors.ts';
import { exitCodes, type ExitCode, type TerminalIo } from './io.ts';
import type { CommandSurroundings } from './surroundings.ts';

export async function bench(
  words: string[],
  io: TerminalIo,
  { benchmarkEntry }: CommandSurroundings,
): Promise<ExitCode> {
  if (!existsSync(benchmarkEntry)) {
    throw new WinnowError(
      'file-failed',
      'The benchmark is part of the source code and is not in this installation.',
      'Get the source code and say "npm run bench" there.',
    );
  }
  const child = spawn(process.execPath, [benchmarkEntry, ...words], { stdio: 'inherit' });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (io.signal.aborted) return exitCodes.cancelled;
  if (code === 2) return exitCodes.usage;
  return code === 0 ? exitCodes.done : exitCodes.failed;
}
