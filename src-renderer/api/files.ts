/** Files, the clipboard and links: through the system's dialogs in the window, through the browser elsewhere. */
import { WinnowError } from '../../src-main/contract/errors.ts';
import type { ReadyExport } from '../../src-main/contract/exports.ts';
import { desktop } from './desktop.ts';

export { isDesktop } from './desktop.ts';

/** Where something was saved: `path` where the page may know it, null for a browser's download. */
export interface Saved {
  path: string | null;
}

/** Saves a ready export: asks where in the window, downloads in a browser. null where the person changed their mind. */
export async function saveExport(ready: ReadyExport): Promise<Saved | null> {
  if (desktop === null) {
    download(`exports/${encodeURIComponent(ready.id)}`, ready.fileName);
    return { path: null };
  }
  const path = await desktop.saveExport(ready.id, ready.fileName);
  return path === null ? null : { path };
}

/** Shows a saved file in the system's file manager. Only in the window. */
export async function showSaved(path: string): Promise<void> {
  await desktop?.showSaved(path);
}

/** The system's dialog for a model; null where the person changed their mind, or in a browser, which knows no paths. */
export async function chooseModel(kind: 'generator' | 'reward'): Promise<string | null> {
  return (await desktop?.chooseModel(kind)) ?? null;
}

/** The path of a file that was dropped onto the page; null where it has none, and in a browser. */
export function pathOfFile(file: File): string | null {
  const path = desktop?.pathOfFile(file) ?? '';
  return path === '' ? null : path;
}

/** Opens a page of an allowed site in the system's browser. Only in the window; a browser follows its own links. */
export async function openLink(url: string): Promise<void> {
  await desktop?.openLink(url);
}

/** Saves something that the page made itself (a chart's image or table) as a download. */
export function saveBlob(blob: Blob, fileName: string): void {
  const address = URL.createObjectURL(blob);
  download(address, fileName);
  // The download has taken its own hold of the data by the next turn.
  setTimeout(() => URL.revokeObjectURL(address), 0);
}

function download(address: string, fileName: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
}

/** Throws file-failed where the browser does not allow it. */
export async function copyText(text: string): Promise<void> {
  await copying(() => navigator.clipboard.writeText(text));
}

/** Copies what a canvas shows as a PNG image. Throws file-failed where the browser does not allow it. */
export async function copyImage(canvas: HTMLCanvasElement): Promise<void> {
  await copying(() =>
    navigator.clipboard.write([new ClipboardItem({ 'image/png': imageOf(canvas) })]),
  );
}

function imageOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error('The canvas gave no image'));
      else resolve(blob);
    }, 'image/png');
  });
}

async function copying(copy: () => Promise<void>): Promise<void> {
  try {
    await copy();
  } catch (cause) {
    throw new WinnowError(
      'file-failed',
      'This could not be copied: the browser did not allow it.',
      'Allow this page to use the clipboard, or select the text and copy it by hand.',
      {},
      { cause },
    );
  }
}
