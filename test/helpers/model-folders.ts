/** Folders of files as Hugging Face keeps models in. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readFixture } from './generator-fixtures.ts';

/** Texts, and anything else as JSON, under the names of their files. */
export type FolderFiles = Record<string, unknown>;

/** Writes the files, those in folders of it included, and returns the folder's path. */
export async function writeFolder(path: string, files: FolderFiles): Promise<string> {
  await mkdir(path, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    const isData = typeof content === 'string' || content instanceof Uint8Array;
    await writeFile(join(path, name), isData ? content : JSON.stringify(content));
  }
  return path;
}

/** A small tokenizer as `save_pretrained` writes it, and what transformers makes of texts. */
export interface FolderTokenizerFixture {
  name: string;
  files: FolderFiles;
  /** Of the texts of tokenizer-oracle.json, without special tokens. */
  ids: number[][];
  /** What these ids are as texts; null: the texts that they were made of. */
  decoded: (string | null)[];
  /** Of the prompts, in the chat template. */
  promptIds: number[][];
  /** The ids of special tokens. */
  control: number[];
}

export interface FolderTokenizers {
  prompts: string[];
  entries: FolderTokenizerFixture[];
}

/** Made by test/fixtures/folder_tokenizers.py. */
export function readFolderTokenizers(): FolderTokenizers & { texts: string[] } {
  const { texts } = readFixture('tokenizer-oracle.json') as { texts: string[] };
  return { ...(readFixture('folder-tokenizers.json') as FolderTokenizers), texts };
}
