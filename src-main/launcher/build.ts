/** Builds the pages and processes of a clone where that is needed: at the first start, and after a change. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { WinnowError } from '../contract/errors.ts';

/** What the build reads and what it makes, as paths within the project. */
const sources = [
  'src-main',
  'src-renderer',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
];
const outputs = ['out/main/index.js', 'out/preload/preload.cjs', 'out/renderer/index.html'];

const builder = 'node_modules/electron-vite/bin/electron-vite.js';
/** A fault is told in its first lines; the rest is the bundler's own stack. */
const mostFaultLines = 12;

/** Whether the project has to be built: something of it is missing, or older than what it is made of. */
export async function needsBuild(projectFolder: string): Promise<boolean> {
  const made = await Promise.all(outputs.map((path) => timesUnder(join(projectFolder, path))));
  if (made.some((times) => times.length === 0)) return true;
  const from = await Promise.all(sources.map((path) => timesUnder(join(projectFolder, path))));
  return Math.max(...from.flat()) > Math.min(...made.flat());
}

/** When a file, or anything in a folder, was last changed; the folders too, or nobody would see that a file was deleted. */
async function timesUnder(path: string): Promise<number[]> {
  const facts = await lstat(path).catch(() => null);
  if (facts === null) return [];
  if (!facts.isDirectory()) return [facts.mtimeMs];
  const inside = await Promise.all(
    (await readdir(path)).map((name) => timesUnder(join(path, name))),
  );
  return [facts.mtimeMs, ...inside.flat()];
}

/** Builds the project; a build that the signal stops is no fault. Throws file-failed with what the bundler said. */
export async function build(projectFolder: string, signal: AbortSignal): Promise<void> {
  const program = join(projectFolder, builder);
  if (!existsSync(program)) throw buildFailed('The program that builds them is missing.');
  const child = spawn(process.execPath, [program, 'build', '--logLevel', 'error'], {
    cwd: projectFolder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  signal.addEventListener('abort', () => child.kill(), { once: true });
  const [said, complaint, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  if (code !== 0 && !signal.aborted) throw buildFailed(readableFault(complaint + said));
}

/** The bundler's words without colours, empty lines and its stack. */
export function readableFault(said: string): string {
  return stripVTControlCharacters(said)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !/^\s+at /.test(line))
    .slice(0, mostFaultLines)
    .join('\n');
}

const buildFailed = (fault: string): WinnowError =>
  new WinnowError(
    'file-failed',
    `Winnow's pages could not be built.\n\n${fault}\n`,
    'Run "npm install" and try again. If you changed the sources, the lines above say where.',
  );
