import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataFolder, makeDataFolder } from '../../../src-main/core/data-folder.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';

const rootOn = (platform: NodeJS.Platform, environment: Record<string, string | undefined> = {}) =>
  dataFolder({ platform, environment, home: '/home/ada' }).root;

describe('the data folder', () => {
  it('is where the platform keeps data of applications', () => {
    expect(rootOn('linux')).toBe('/home/ada/.local/share/winnow');
    expect(rootOn('linux', { XDG_DATA_HOME: '/data' })).toBe('/data/winnow');
    expect(rootOn('linux', { XDG_DATA_HOME: 'relative' })).toBe('/home/ada/.local/share/winnow');
    expect(rootOn('darwin')).toBe('/home/ada/Library/Application Support/Winnow');
    expect(rootOn('win32', { LOCALAPPDATA: '/Local' })).toBe('/Local/Winnow');
  });

  it('is what WINNOW_DATA names, on every platform', () => {
    expect(rootOn('linux', { WINNOW_DATA: '/elsewhere' })).toBe('/elsewhere');
    expect(rootOn('darwin', { WINNOW_DATA: '/elsewhere', XDG_DATA_HOME: '/data' })).toBe(
      '/elsewhere',
    );
    expect(rootOn('linux', { WINNOW_DATA: '' })).toBe('/home/ada/.local/share/winnow');
  });

  it('is made with its subfolders', () => {
    const environment = { WINNOW_DATA: join(temporaryFolder(), 'a', 'b') };
    const folder = dataFolder({ platform: 'linux', environment, home: '/home/ada' });
    makeDataFolder(folder);
    makeDataFolder(folder);
    const { database, preparedModels, logs, exports } = folder;
    for (const path of [dirname(database), preparedModels, logs, exports]) {
      expect(existsSync(path)).toBe(true);
    }
  });

  it.runIf(process.platform === 'linux')(
    'in a file system that takes none is an error, not a hang',
    () => {
      const folder = dataFolder({
        platform: 'linux',
        environment: { WINNOW_DATA: '/proc/winnow/data' },
        home: '/home/ada',
      });
      expect(() => makeDataFolder(folder)).toThrowError(
        expect.objectContaining({ code: 'file-failed' }) as Error,
      );
    },
  );

  it('that cannot be made is a clear error', () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const environment = { WINNOW_DATA: join(file, 'inside') };
    const folder = dataFolder({ platform: 'linux', environment, home: '/home/ada' });
    expect(() => makeDataFolder(folder)).toThrow(`The folder for Winnow's data`);
  });
});
