import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build, needsBuild, readableFault } from '../../../src-main/launcher/build.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';

const before = new Date('2026-01-01');
const after = new Date('2026-01-02');
const sources = ['src-main/core/deep/one.ts', 'src-renderer/App.svelte', 'package.json'];
const outputs = ['out/main/index.js', 'out/preload/preload.cjs', 'out/renderer/index.html'];

/** A project that was built after its sources were written. */
function builtProject(): string {
  const project = temporaryFolder();
  for (const path of [...sources, ...outputs]) write(project, path, '');
  setTime(
    project,
    [...sources, 'src-main', 'src-main/core', 'src-main/core/deep', 'src-renderer'],
    before,
  );
  setTime(project, outputs, after);
  return project;
}

function write(project: string, path: string, content: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), content);
}

function setTime(project: string, paths: string[], time: Date): void {
  for (const path of paths) utimesSync(join(project, path), time, time);
}

describe('a project is built', () => {
  it('not again where nothing has changed', async () => {
    expect(await needsBuild(builtProject())).toBe(false);
  });

  it.each(outputs)('where %s is missing', async (path) => {
    const project = builtProject();
    rmSync(join(project, path));
    expect(await needsBuild(project)).toBe(true);
  });

  it.each(sources)('where %s is newer', async (path) => {
    const project = builtProject();
    setTime(project, [path], new Date('2026-01-03'));
    expect(await needsBuild(project)).toBe(true);
  });

  it.each(outputs)('where the last build did not get as far as %s', async (path) => {
    const project = builtProject();
    setTime(project, [path], new Date('2025-01-01'));
    expect(await needsBuild(project)).toBe(true);
  });

  it('where a source was deleted', async () => {
    const project = builtProject();
    rmSync(join(project, 'src-main/core/deep/one.ts'));
    expect(await needsBuild(project)).toBe(true);
  });
});

const builder = 'node_modules/electron-vite/bin/electron-vite.js';

const unstopped = new AbortController().signal;

describe('a build', () => {
  it('runs the bundler in the project', async () => {
    const project = temporaryFolder();
    write(project, 'package.json', '{"type":"module"}');
    write(
      project,
      builder,
      `import { writeFileSync } from 'node:fs'; writeFileSync('words', process.argv.slice(2).join(' '));`,
    );
    await build(project, unstopped);
    expect(readFileSync(join(project, 'words'), 'utf8')).toBe('build --logLevel error');
  });

  it('that fails says what the bundler said', async () => {
    const project = temporaryFolder();
    write(project, 'package.json', '{"type":"module"}');
    write(
      project,
      builder,
      `console.error('\\u001b[31mno such module\\u001b[0m'); process.exit(1);`,
    );
    await expect(build(project, unstopped)).rejects.toMatchObject({
      code: 'file-failed',
      message: expect.stringContaining('\nno such module\n') as string,
      help: expect.stringContaining('npm install') as string,
    });
  });

  it('that has no bundler says what to do', async () => {
    await expect(build(temporaryFolder(), unstopped)).rejects.toMatchObject({
      code: 'file-failed',
    });
  });

  it('that is stopped ends without a fault', async () => {
    const project = temporaryFolder();
    write(project, 'package.json', '{"type":"module"}');
    write(project, builder, 'setInterval(() => {}, 1000);');
    const stop = new AbortController();
    const built = build(project, stop.signal);
    stop.abort();
    await built;
  });
});

describe("the bundler's fault", () => {
  it('is told without colours, stack and empty lines, and not at length', () => {
    const stack = Array.from({ length: 30 }, (_, line) => `    at step${line} (file.js:1:1)`);
    expect(readableFault(['\u001b[31mfault\u001b[0m  ', '', ...stack, 'place'].join('\n'))).toBe(
      'fault\nplace',
    );
    expect(readableFault('line\n'.repeat(100)).split('\n').length).toBeLessThan(20);
  });
});
