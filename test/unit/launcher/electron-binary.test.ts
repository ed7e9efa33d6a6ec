import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { electronBinary } from '../../../src-main/launcher/electron-binary.ts';

const folder = join('node_modules', 'electron');
const binary = join(folder, 'dist', 'electron');
const mark = join(folder, 'path.txt');

const found = (paths: string[], platform: NodeJS.Platform = 'linux', env = {}): string | null =>
  electronBinary(folder, { platform, env }, (path) => paths.includes(path));

describe("Electron's program", () => {
  it('is there once it is unpacked and marked', () => {
    expect(found([binary, mark])).toBe(binary);
    expect(found([binary])).toBeNull();
    expect(found([mark])).toBeNull();
  });

  it.each<[NodeJS.Platform, string]>([
    ['linux', 'electron'],
    ['win32', 'electron.exe'],
    ['darwin', join('Electron.app', 'Contents', 'MacOS', 'Electron')],
  ])('has its own name on %s', (platform, name) => {
    const path = join(folder, 'dist', name);
    expect(found([path, mark], platform)).toBe(path);
  });

  it('is taken from another folder where the person says so', () => {
    const env = { ELECTRON_OVERRIDE_DIST_PATH: 'own' };
    expect(found([join('own', 'electron')], 'linux', env)).toBe(join('own', 'electron'));
    expect(found([binary, mark], 'linux', env)).toBeNull();
  });
});
