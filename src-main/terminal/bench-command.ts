/** `winnow bench`: starts the benchmark, which is a program of its own, with the words given. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { WinnowError } from '../contract/errors.ts';
import { limits } from '../contract/settings.ts';
import { readArguments, readNumber, requireNoMore, usage } from './arguments.ts';
import { exitCodes, type ExitCode, type TerminalIo } from './io.ts';
import type { CommandSurroundings } from './surroundings.ts';

const benchOptions = {
  json: { type: 'string' },
  n: { type: 'string' },
  tokens: { type: 'string' },
  quick: { type: 'boolean' },
} as const;

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
  const { values, positionals } = readArguments(words, benchOptions);
  requireNoMore(positionals);
  if (values.json === '') throw usage('--json needs the name of a file');
  for (const rows of values.n?.split(',') ?? []) requireWhole('n', rows, limits.candidates);
  if (values.tokens !== undefined) requireWhole('tokens', values.tokens, limits.maxTokens);
  const child = spawn(process.execPath, [benchmarkEntry, ...words], { stdio: 'inherit' });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (io.signal.aborted) return exitCodes.cancelled;
  return code === 0 ? exitCodes.done : exitCodes.failed;
}

function requireWhole(
  option: string,
  text: string,
  { minimum, maximum }: { minimum: number; maximum: number },
): void {
  const value = readNumber(option, text);
  if (!Number.isInteger(value) || value < minimum || value > maximum)
    throw usage(`--${option} must be a whole number from ${minimum} to ${maximum}, not "${text}"`);
}
