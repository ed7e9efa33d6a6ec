/** The licence that a folder's README names, as the Hugging Face hub asks for it. */
import type { ModelFolder } from './model-folder.ts';

const header = /^---\r?\n([\s\S]*?)\r?\n---/;

/** null where it names none. A README that cannot be read is no fault of the model. */
export async function readLicence(folder: ModelFolder): Promise<string | null> {
  const text = await folder.readText('README.md').catch(() => null);
  const [, entries = ''] = header.exec(text ?? '') ?? [];
  // One word, or the first of a list: `[mit, apache-2.0]`, or a line for each.
  const entry = (name: string) =>
    new RegExp(`^${name}:[ \\t]*(?:\\[[ \\t]*|\\r?\\n[ \\t]*-[ \\t]+)?["']?([\\w.-]+)`, 'm').exec(
      entries,
    )?.[1];
  const licence = entry('license');
  return (licence === 'other' ? entry('license_name') : undefined) ?? licence ?? null;
}
