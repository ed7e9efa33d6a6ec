import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfigFromFile, PreloadConfigFactory } from 'electron-vite';
import { build } from 'vite';
import { expect, it } from 'vitest';

it('builds the preload as one file that needs nothing but Electron, as a sandboxed page wants it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'winnow-preload-'));
  try {
    const project = join(import.meta.dirname, '../..');
    const environment = { command: 'build', mode: 'production' } as const;
    const { config } = await loadConfigFromFile(environment, 'electron.vite.config.ts', project);
    const options = { configFile: false, logLevel: 'error' } as const;
    const factory = new PreloadConfigFactory(config.preload ?? {}, options, {});
    const preload = await factory.build();
    await build({ ...preload, ...options, build: { ...preload.build, outDir: folder } });
    const made = readdirSync(folder, { recursive: true, withFileTypes: true });
    const files = made.filter((entry) => entry.isFile());
    expect(files.map(({ name }) => name)).toEqual(['preload.cjs']);
    const text = readFileSync(join(files[0]?.parentPath ?? '', 'preload.cjs'), 'utf8');
    const needed = [...text.matchAll(/\b(?:require|import)\s*\(([^)]*)\)|^import .*$/gm)];
    expect(needed.map(([whole]) => whole)).toEqual(['require("electron")']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
