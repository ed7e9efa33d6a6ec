/** Packs Winnow as `npm run pack` does, but around a stand-in for Electron: no test needs its binary. */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { buildWithMaps } from '../../resources/packaging/build.ts';
import type { Target } from '../../resources/packaging/targets.ts';

const project = join(import.meta.dirname, '../..');

/** What electron-builder looks for in an Electron for Linux or Windows. */
const electronFiles = [
  ...['electron', 'electron.exe', 'chrome-sandbox', 'LICENSE', 'LICENSES.chromium.html', 'version'],
  ...['locales/en-US.pak', 'locales/de.pak'],
];

export interface PackingPlace {
  /** For the trees and whatever else a test writes. */
  folder: string;
  /** A build with source maps. It lies within the project, or electron-builder would unpack nothing of it. */
  built: string;
  remove(): void;
}

/** Makes a place to pack in, with a build of its own. */
export function makePackingPlace(): PackingPlace {
  const folder = mkdtempSync(join(tmpdir(), 'winnow-packed-'));
  mkdirSync(join(project, 'out'), { recursive: true });
  const built = mkdtempSync(join(project, 'out/packing-'));
  const remove = (): void => {
    for (const each of [folder, built]) rmSync(each, { recursive: true, force: true });
  };
  try {
    buildWithMaps(built);
    return { folder, built, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/**
 * Packs for a target.
 * @param environment what the packing sees besides this process's own
 * @returns the packed tree
 * @throws Error with electron-builder's words where it fails
 */
export function pack(
  { folder, built }: PackingPlace,
  target: Target,
  environment: Record<string, string> = {},
): string {
  const output = join(folder, `${target.platform}-${target.architecture}`);
  const configuration = join(folder, 'electron-builder.config.ts');
  writeFileSync(configuration, configurationText(output, built, target, standIn(folder)));
  const system = target.platform === 'win32' ? 'win' : target.platform;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(project, 'node_modules/electron-builder/cli.js'),
      ...[`--${system}`, `--${target.architecture}`, '--dir', '--config', configuration],
    ],
    { cwd: project, encoding: 'utf8', env: { ...process.env, ...environment } },
  );
  if (status !== 0) throw new Error(`electron-builder failed:\n${stdout}${stderr}`);
  const [tree = ''] = globSync('*-unpacked', { cwd: output });
  return join(output, tree);
}

function standIn(folder: string): string {
  const electron = join(folder, 'electron');
  mkdirSync(join(electron, 'locales'), { recursive: true });
  for (const name of electronFiles) writeFileSync(join(electron, name), 'stand-in');
  return electron;
}

/**
 * The settings around a stand-in for Electron and, for another system, for its plain Node, which this machine does not have.
 * Fuses, the asar's hash and Windows' icon are written into Electron's binary, which the stand-in does not have.
 */
function configurationText(
  output: string,
  built: string,
  target: Target,
  electron: string,
): string {
  const text = JSON.stringify;
  const from = relative(project, built).replaceAll('\\', '/');
  const settings = { target, environment: {}, built: from, output };
  const node = join(electron, 'electron');
  return `import { builderConfiguration } from ${text(join(project, 'resources/packaging/configuration.ts'))};
const settings = builderConfiguration(${text(settings)});
export default {
  ...settings,
  ...(settings.win && { win: { ...settings.win, signAndEditExecutable: false } }),
  electronFuses: null,
  disableAsarIntegrity: true,
  electronDist: ${text(electron)},
  extraResources: settings.extraResources.map((one) =>
    ${isOwnSystem(target)} || !one.to.startsWith('node/') ? one : { ...one, from: ${text(node)} },
  ),
};
`;
}

const isOwnSystem = ({ platform }: Target): boolean => platform === process.platform;

/** Every file of an asar archive with forward slashes, whether it lies inside or unpacked beside it. */
export function filesInAsar(archive: string): string[] {
  const file = openSync(archive, 'r');
  try {
    const sizes = Buffer.alloc(16);
    readSync(file, sizes, 0, sizes.length, 0);
    const header = Buffer.alloc(sizes.readUInt32LE(12));
    readSync(file, header, 0, header.length, sizes.length);
    return filesUnder(JSON.parse(header.toString()) as AsarEntry, '');
  } finally {
    closeSync(file);
  }
}

interface AsarEntry {
  files?: Record<string, AsarEntry>;
}

function filesUnder({ files }: AsarEntry, path: string): string[] {
  if (files === undefined) return [path];
  return Object.entries(files).flatMap(([name, entry]) =>
    filesUnder(entry, path === '' ? name : `${path}/${name}`),
  );
}

/** The sum of the sizes of all files under a path, in bytes. */
export function bytesUnder(path: string): number {
  if (statSync(path).isFile()) return statSync(path).size;
  return globSync('**', { cwd: path })
    .map((name) => statSync(join(path, name)))
    .reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
}

/** Where the code lies as real files. */
export const unpackedOf = (tree: string): string => join(tree, 'resources/app.asar.unpacked');
