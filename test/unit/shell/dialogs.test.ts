import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserWindow as ElectronWindow } from 'electron';
import { beforeEach, describe, expect, it } from 'vitest';
import { readyExportFile, removeReadyExport } from '../../../src-main/core/export/ready-exports.ts';
import {
  chooseModel,
  createExportSaver,
  type ReadyExports,
} from '../../../src-main/shell/dialogs.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';
import { BrowserWindow, dialog, resetElectron, shell } from '../../mocks/electron.ts';

const id = '01234567-89ab-4cde-8f01-23456789abcd';
let window: ElectronWindow;
let folder: string;

beforeEach(() => {
  resetElectron();
  window = new BrowserWindow({}) as unknown as ElectronWindow;
  folder = temporaryFolder();
  mkdirSync(join(folder, 'exports', id), { recursive: true });
  writeFileSync(join(folder, 'exports', id, 'runs.csv'), 'a,b\r\n');
  writeFileSync(join(folder, 'secret.csv'), 'secret');
});

const exports: ReadyExports = {
  find: (wanted) => readyExportFile(join(folder, 'exports'), wanted),
  remove: (wanted) => removeReadyExport(join(folder, 'exports'), wanted),
};
const saver = () => createExportSaver(exports);
const ready = (): string[] => readdirSync(join(folder, 'exports'));
const chooses = (filePath: string): void =>
  void dialog.showSaveDialog.mockResolvedValueOnce({ canceled: false, filePath });
const suggestion = (): unknown =>
  Reflect.get((dialog.showSaveDialog.mock.lastCall as unknown[])[1] as object, 'defaultPath');

describe('choosing a model', () => {
  it.each(['generator', 'reward'] as const)(
    'asks for a file of every kind that holds one: %s',
    async (kind) => {
      dialog.showOpenDialog.mockResolvedValue({ canceled: false, filePaths: ['/models/a'] });
      expect(await chooseModel(window, kind)).toBe('/models/a');
      const options = {
        properties: ['openFile'],
        filters: [
          expect.objectContaining({ extensions: ['gguf', 'safetensors', 'onnx'] }),
          expect.objectContaining({ extensions: ['*'] }),
        ],
      };
      expect(dialog.showOpenDialog).toHaveBeenLastCalledWith(
        window,
        expect.objectContaining(options),
      );
    },
  );

  it('gives nothing where the person changed their mind', async () => {
    expect(await chooseModel(window, 'generator')).toBeNull();
  });
});

describe('saving an export', () => {
  it('moves it to where the person says', async () => {
    const target = join(folder, 'mine.csv');
    chooses(target);
    expect(await saver().save(window, id, 'winnow-runs.csv')).toBe(target);
    expect(readFileSync(target, 'utf8')).toBe('a,b\r\n');
    expect(suggestion()).toBe(join('/downloads', 'winnow-runs.csv'));
    expect(ready()).toEqual([]);
  });

  it('saves nothing where the person changed their mind', async () => {
    expect(await saver().save(window, id, 'runs.csv')).toBeNull();
    expect(ready()).toEqual([id]);
  });

  it.each(['..', `../exports/${id}`, `${id}/..`, '.', `${id}/runs.csv`, id.replace('1', '2'), ''])(
    'knows no export "%s"',
    async (wanted) => {
      await expect(saver().save(window, wanted, 'runs.csv')).rejects.toMatchObject({
        code: 'file-failed',
      });
      expect(dialog.showSaveDialog).not.toHaveBeenCalled();
    },
  );

  it('suggests a plain name, whatever the page says', async () => {
    await saver().save(window, id, '../../etc/passwd');
    expect(suggestion()).toBe(join('/downloads', '_.._etc_passwd'));
    await saver().save(window, id, '...');
    expect(suggestion()).toBe(join('/downloads', 'winnow.csv'));
  });

  it('asks for another place where it cannot be saved, as often as the person likes', async () => {
    const target = join(folder, 'mine.csv');
    chooses(join(folder, 'no', 'such', 'folder.csv'));
    dialog.showMessageBox.mockResolvedValueOnce({ response: 1 });
    expect(await saver().save(window, id, 'runs.csv')).toBeNull();
    expect(ready()).toEqual([id]);
    chooses(join(folder, 'no', 'such', 'folder.csv'));
    chooses(target);
    expect(await saver().save(window, id, 'runs.csv')).toBe(target);
  });

  it('leaves the file that is there as it is until all of the new one is', async () => {
    const place = join(folder, 'mine');
    mkdirSync(place);
    const target = join(place, 'mine.csv');
    writeFileSync(target, 'old');
    // A folder cannot be copied as a file, which comes out only once the copy has begun.
    const broken = createExportSaver({
      ...exports,
      find: () => Promise.resolve({ path: join(folder, 'exports') }),
    });
    chooses(target);
    dialog.showMessageBox.mockResolvedValueOnce({ response: 1 });
    expect(await broken.save(window, id, 'runs.csv')).toBeNull();
    expect(readFileSync(target, 'utf8')).toBe('old');
    chooses(target);
    expect(await saver().save(window, id, 'runs.csv')).toBe(target);
    expect(readFileSync(target, 'utf8')).toBe('a,b\r\n');
    expect(readdirSync(place)).toEqual(['mine.csv']);
  });
});

describe('showing a file', () => {
  it('shows what was saved in this session, and nothing else', async () => {
    const target = join(folder, 'mine.csv');
    const saving = saver();
    chooses(target);
    await saving.save(window, id, 'runs.csv');
    saving.show(target);
    expect(shell.showItemInFolder).toHaveBeenCalledExactlyOnceWith(target);
    expect(() => saving.show(join(folder, 'secret.csv'))).toThrow();
    expect(shell.showItemInFolder).toHaveBeenCalledOnce();
  });
});
