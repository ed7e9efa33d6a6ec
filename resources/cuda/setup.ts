/**
 * `npm run setup:cuda`: fetches what onnxruntime needs beside its own package to compute on NVIDIA graphics cards on
 * Linux. It is what onnxruntime's own install script would fetch; Winnow leaves that out, so that an installation needs
 * nothing but the package registry. Nothing but the named files is written, and only into onnxruntime's folder.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { fetchPackage, FetchFault, findPackage } from './package-feed.ts';
import { extractFiles } from './zip-file.ts';

/** What onnxruntime's package says of the files that it lacks. */
const metadataSchema = v.object({
  manifests: v.record(
    v.string(),
    v.record(v.string(), v.object({ package: v.string(), path: v.string() })),
  ),
  packages: v.record(
    v.string(),
    v.object({
      name: v.string(),
      versions: v.array(v.object({ feed: v.string(), version: v.string() })),
    }),
  ),
  feeds: v.record(v.string(), v.object({ index: v.string() })),
});

export interface SetupOptions {
  platform: NodeJS.Platform;
  architecture: string;
  /** The folder of the package onnxruntime-node. */
  package: string;
  /** Another feed than the one that the package names. */
  feed?: string | undefined;
  say: (line: string) => void;
}

/**
 * Fetches the files.
 * @returns whether they are there now
 */
export async function setUpCuda(options: SetupOptions): Promise<boolean> {
  const { platform, architecture, say } = options;
  const system = `${platform}/${architecture}`;
  const metadata: unknown = createRequire(import.meta.url)(
    join(options.package, 'script/install-metadata.js'),
  );
  const { manifests, packages, feeds } = v.parse(metadataSchema, metadata);
  const manifest = manifests[`${system}:cuda12`];
  if (manifest === undefined) {
    say(`CUDA is set up on 64-bit Linux only, and this is ${system}.`);
    say(
      platform === 'win32'
        ? 'On Windows choose the device "webgpu" or "dml": they need no further files.'
        : 'Choose the device "webgpu", which needs no further files.',
    );
    return false;
  }
  const folder = join(options.package, 'bin/napi-v6', system);
  // TensorRT's library lies in the same package; Winnow does not use it.
  const files = Object.entries(manifest).filter(([name]) => !name.includes('tensorrt'));
  const [source] = files.map(([, entry]) => packages[entry.package]);
  const [place] = source?.versions ?? [];
  if (source === undefined || place === undefined) throw new Error('onnxruntime names no package');
  const index = options.feed ?? feeds[place.feed]?.index ?? '';
  say(`Looking for ${source.name} ${place.version} …`);
  const found = await findPackage(index, { name: source.name, version: place.version });
  say(`Fetching ${(found.sizeBytes / 1e6).toFixed(0)} MB from ${new URL(found.url).host} …`);
  const targets = new Map(files.map(([name, { path }]) => [path, join(folder, basename(name))]));
  await fetchInto(folder, { found, targets, say });
  say('The CUDA libraries of onnxruntime are in place. They need beside them, from NVIDIA:');
  say('  a graphics driver, the CUDA toolkit 12 and cuDNN 9, where the system finds libraries.');
  say('See whether it works:  npm run -s winnow -- devices --forget');
  say('The next comparison then tries the card.');
  return true;
}

/** Files appear under their names only when all of them are whole. */
async function fetchInto(
  folder: string,
  {
    found,
    targets,
    say,
  }: {
    found: Awaited<ReturnType<typeof findPackage>>;
    targets: ReadonlyMap<string, string>;
    say: SetupOptions['say'];
  },
): Promise<void> {
  // Beside the targets, so that moving them is only renaming.
  const work = await mkdtemp(join(folder, 'cuda-setup-'));
  try {
    const archive = join(work, 'package.zip');
    let told = 0;
    await fetchPackage(found, archive, (fraction) => {
      if (fraction < told + 0.1) return;
      told = Math.floor(fraction * 10) / 10;
      say(`  ${Math.round(told * 100)} %`);
    });
    const unpacked = new Map(
      [...targets].map(([path, file]) => [path, join(work, basename(file))]),
    );
    await extractFiles(archive, unpacked);
    for (const [path, file] of targets) {
      const from = unpacked.get(path);
      if (from !== undefined) await rename(from, file);
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** What went wrong, and what a person can do about it. */
export function whatToDo(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return `CUDA could not be set up: ${reason}.\n${wayOut(error)}`;
}

function wayOut(error: unknown): string {
  if (error instanceof FetchFault)
    return 'Check the connection to the internet, then run it again.';
  const code = error instanceof Error && 'code' in error ? error.code : null;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'The disk is full. Free some space, then run it again.';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'The folder of onnxruntime cannot be written to. Run it as the user who installed Winnow, where files can be changed.';
    default:
      return 'Run it again. If it happens again, please report it.';
  }
}

/** The folder of an installed package. */
function packageFolder(name: string): string {
  let folder = dirname(createRequire(import.meta.url).resolve(name));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { feed: { type: 'string' } } });
  try {
    const isDone = await setUpCuda({
      platform: process.platform,
      architecture: process.arch,
      package: packageFolder('onnxruntime-node'),
      feed: values.feed,
      say: (line) => void process.stdout.write(`${line}\n`),
    });
    process.exitCode = isDone ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${whatToDo(error)}\n`);
    process.exitCode = 1;
  }
}
