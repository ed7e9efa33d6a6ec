/** The system's dialogs for files: choosing a model, and saving an export that lies ready in the data folder. */
import { randomUUID } from 'node:crypto';
import { constants, copyFile, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { app, dialog, shell, type BrowserWindow } from 'electron';
import { WinnowError } from '../contract/errors.ts';

const titles = { generator: 'Open a model that writes', reward: 'Open a model that judges' };

/** Gives the path of a model's file, which stands for its folder where the model is one; null where the person changed their mind. */
export async function chooseModel(
  window: BrowserWindow,
  kind: 'generator' | 'reward',
): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: titles[kind],
    // No system but macOS has a dialog for files and folders.
    properties: ['openFile'],
    filters: [
      // Of a folder any file of weights stands for all of it.
      { name: 'Models (GGUF, safetensors, ONNX)', extensions: ['gguf', 'safetensors', 'onnx'] },
      // Ollama keeps models in files without an ending.
      { name: 'All files', extensions: ['*'] },
    ],
  });
  return canceled ? null : (filePaths[0] ?? null);
}

export interface ExportSaver {
  /** Asks where to save a ready export. Gives the path, or null where the person changed their mind. */
  save(window: BrowserWindow, id: string, fileName: string): Promise<string | null>;
  /** Shows a file in the system's file manager. Throws message-invalid where it was not saved by this. */
  show(path: string): void;
}

/** The exports that lie ready. */
export interface ReadyExports {
  /** Where one lies. Throws file-failed where there is none of this id. */
  find(id: string): Promise<{ path: string }>;
  remove(id: string): Promise<void>;
}

/** A ready export is removed once it is saved. */
export function createExportSaver(exports: ReadyExports): ExportSaver {
  const saved = new Set<string>();
  return {
    async save(window, id, fileName) {
      const { path: source } = await exports.find(id);
      const defaultPath = join(app.getPath('downloads'), plainName(fileName));
      for (;;) {
        const { canceled, filePath } = await dialog.showSaveDialog(window, {
          title: 'Save the export',
          defaultPath,
          filters: [{ name: 'CSV tables', extensions: ['csv'] }],
        });
        if (canceled || filePath === '') return null;
        if (await wasCopied(source, filePath)) {
          saved.add(filePath);
          await exports.remove(id);
          return filePath;
        }
        if (!(await wantsAnotherPlace(window, filePath))) return null;
      }
    },
    show(path) {
      if (!saved.has(path)) {
        throw new WinnowError(
          'message-invalid',
          'Winnow shows only files that it has just saved.',
          'Look for the file in your file manager.',
        );
      }
      shell.showItemInFolder(path);
    },
  };
}

/** Copies it whole or not at all: what was at the target stays until the copy is complete. */
async function wasCopied(source: string, target: string): Promise<boolean> {
  const unfinished = join(dirname(target), `.winnow-${randomUUID()}.tmp`);
  try {
    await copyFile(source, unfinished, constants.COPYFILE_EXCL);
    await toDisk(unfinished);
    await rename(unfinished, target);
    return true;
  } catch {
    await rm(unfinished, { force: true }).catch(() => undefined);
    return false;
  }
}

async function toDisk(path: string): Promise<void> {
  await using file = await open(path, 'r+');
  await file.sync();
}

async function wantsAnotherPlace(window: BrowserWindow, path: string): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    title: 'Winnow',
    message: 'The file could not be saved there.',
    detail: `${path} may be open in another program, or you may not write to its folder, or the disk is full.`,
    buttons: ['Choose another place', 'Cancel'],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  });
  return response === 0;
}

/** A name to suggest, without anything that a file system reads as more than a name. */
function plainName(fileName: string): string {
  const plain = [...fileName].map((character) =>
    /[\\/:*?"<>|\p{Cc}]/u.test(character) ? '_' : character,
  );
  return plain.join('').replace(/^\.+/, '').slice(0, 200) || 'winnow.csv';
}
