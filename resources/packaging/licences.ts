/**
 * Lists everything that ships with Winnow, with its licence: what the build put into its bundles (read from their source
 * maps), the packages that ship whole, and the parts that come from elsewhere.
 */
import { globSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { LicenceEntry } from '../../src-main/contract/methods.ts';
import { wholePackages } from './targets.ts';

const project = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(project, path), 'utf8');
const ownText = (name: string): string =>
  readFileSync(join(import.meta.dirname, 'licence-texts', name), 'utf8').trim();

/**
 * Every entry of `resources/licences.json`, by name.
 * @param built a build with source maps
 */
export function collectLicences(built: string): LicenceEntry[] {
  const packages = new Set([...bundledPackages(built), ...wholePackages]);
  return [winnow(), ...modelEntries(), ...partEntries(), ...[...packages].map(packageEntry)].sort(
    (one, other) => one.name.localeCompare(other.name, 'en'),
  );
}

/** The packages whose code is in a build's bundles. */
export function bundledPackages(built: string): string[] {
  const names = globSync('**/*.map', { cwd: built }).flatMap((map) => {
    const { sources } = JSON.parse(readFileSync(join(built, map), 'utf8')) as { sources: string[] };
    return sources.flatMap(packageOf);
  });
  return [...new Set(names)].sort();
}

function packageOf(source: string): string[] {
  const path = source.replaceAll('\\', '/').split('node_modules/').at(-1) ?? '';
  const name = source.includes('node_modules') ? /^(@[^/]+\/)?[^/]+/.exec(path)?.[0] : undefined;
  return name === undefined ? [] : [name];
}

function packageEntry(name: string): LicenceEntry {
  const folder = `node_modules/${name}`;
  const { version, license } = installed(name);
  const file = readdirSync(join(project, folder)).find((each) => /^licen[cs]e/i.test(each));
  // onnxruntime's packages bring no file; theirs is that of the project.
  const text = file === undefined ? ownText('onnxruntime.txt') : read(`${folder}/${file}`).trim();
  if (file === undefined && !name.startsWith('onnxruntime')) {
    throw new Error(`The package ${name} brings no licence text. Add it to licence-texts.`);
  }
  return { name, version, licence: license, text };
}

function installed(name: string): { version: string; license: string } {
  return JSON.parse(read(`node_modules/${name}/package.json`)) as {
    version: string;
    license: string;
  };
}

function winnow(): LicenceEntry {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  return { name: 'Winnow', version, licence: 'MIT', text: read('LICENSE').trim() };
}

function modelEntries(): LicenceEntry[] {
  const entry = (name: string, folder: string, version: string): LicenceEntry => ({
    name,
    version,
    licence: 'Apache-2.0',
    text: read(`resources/models/${folder}/LICENSE`).trim(),
  });
  return [
    entry('SmolLM2-135M-Instruct (built-in model)', 'smollm2-135m-instruct', 'Q4_1'),
    entry('winnow-reward-minilm (built-in model)', 'winnow-reward-minilm', '8 bits'),
  ];
}

/** What is no package of its own, or comes without npm. */
function partEntries(): LicenceEntry[] {
  const runtime = installed('onnxruntime-node').version;
  return [
    {
      name: 'Electron',
      version: installed('electron').version,
      licence: 'MIT',
      text: read('node_modules/electron/LICENSE').trim(),
    },
    {
      name: 'Chromium and its parts (in Electron)',
      version: installed('electron').version,
      licence: 'BSD-3-Clause and others',
      text: 'The texts come with the application: LICENSES.chromium.html, in the folder that Winnow is installed in.',
    },
    {
      name: 'Node.js',
      version: installed('node').version,
      licence: 'MIT and others',
      text: ownText('node.txt'),
    },
    {
      name: 'Parts of onnxruntime',
      version: runtime,
      licence: 'MIT, BSD, Apache-2.0 and others',
      text: ownText('onnxruntime-third-party-notices.txt'),
    },
    {
      name: 'SQLite (in better-sqlite3)',
      version: sqliteVersion(),
      licence: 'Public domain',
      text: 'The authors disclaim copyright to this source code: https://www.sqlite.org/copyright.html',
    },
    ...windowsParts(runtime),
  ];
}

function sqliteVersion(): string {
  const database = new Database(':memory:');
  const version = database.prepare<[], string>('SELECT sqlite_version()').pluck().get();
  database.close();
  return version ?? '';
}

/** Libraries of Microsoft's, in the packages for Windows only. */
function windowsParts(runtime: string): LicenceEntry[] {
  const libraries = [
    ['DirectML (Windows)', 'https://www.nuget.org/packages/Microsoft.AI.DirectML'],
    ['DirectX Shader Compiler (Windows)', 'https://www.nuget.org/packages/Microsoft.Direct3D.DXC'],
    ['Visual C++ runtime (Windows)', 'https://visualstudio.microsoft.com/license-terms'],
  ] as const;
  return libraries.map(([name, address]) => ({
    name,
    version: name.startsWith('Visual') ? '14' : `as in onnxruntime ${runtime}`,
    licence: 'Microsoft Software License Terms',
    text: `Distributed unchanged under Microsoft's terms for it: ${address}`,
  }));
}
