/** A graphics card in software: with it onnxruntime's WebGPU provider runs on a machine that has none. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

export interface SwiftShader {
  /** For the environment of a process that is to see the card. */
  environment: Record<string, string>;
  remove(): Promise<void>;
}

/** Unpacks SwiftShader, which lies in the browser's package; null where it cannot run (only on Linux on x86-64). */
export async function unpackSwiftShader(): Promise<SwiftShader | null> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const archive = join(packageFolder(entry), 'bin', 'swiftshader.tar.br');
  const folder = await mkdtemp(join(tmpdir(), 'winnow-swiftshader-'));
  const unpacked = join(folder, 'swiftshader.tar');
  await writeFile(unpacked, brotliDecompressSync(await readFile(archive)));
  execFileSync('tar', ['-xf', unpacked, '-C', folder]);
  return {
    environment: {
      VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'),
      LD_LIBRARY_PATH: folder,
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function packageFolder(entry: string): string {
  let folder = dirname(entry);
  while (!existsSync(join(folder, 'bin')) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}
