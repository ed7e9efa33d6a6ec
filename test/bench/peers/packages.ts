/** The rivals' packages: installed beside this file when they are first needed, never with Winnow. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rivalVersion } from './rival-packages.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

let installation: Promise<void> | undefined;

/**
 * Installs what is not there yet, once. No script of a package is run: nothing is compiled, and nothing comes from
 * anywhere but the registry.
 * @throws Error with what npm said
 */
export function installPackages(print: (line: string) => void): Promise<void> {
  installation ??= areInstalled() ? Promise.resolve() : install(print);
  return installation;
}

async function install(print: (line: string) => void): Promise<void> {
  print('The packages of the rivals are installed (about 450 MB, once) …');
  const words = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  // Within `npm run`, the npm that runs is named; otherwise there is one on the path.
  const npm = process.env.npm_execpath;
  const child =
    npm === undefined
      ? spawn('npm', words, { cwd: folder, shell: process.platform === 'win32' })
      : spawn(process.execPath, [npm, ...words], { cwd: folder });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => {
      said += text.toString();
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return;
  const reason = said.trim().split('\n').slice(0, 3).join(' ');
  throw new Error(`The packages of the rivals could not be installed. ${reason}`);
}

function areInstalled(): boolean {
  const { dependencies } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return Object.entries(dependencies).every(([name, version]) => {
    try {
      return rivalVersion(name) === version;
    } catch {
      return false;
    }
  });
}
