/** What happens to a packed tree before it is signed: what it still needs is added, and what it must hold is checked. */
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { nativesOf, plainNodeName, runtimeFolder, type Target } from './targets.ts';
import { copyVisualCppRuntime } from './visual-cpp.ts';

/**
 * Completes and checks a packed tree.
 * @param resources the tree's folder that holds `app.asar`
 * @throws Error where something is missing that the target needs, or a native of another target came along
 */
export function completePack(
  resources: string,
  target: Target,
  environment: Record<string, string | undefined>,
): void {
  const unpacked = join(resources, 'app.asar.unpacked');
  checkResources(resources, target);
  checkNatives(unpacked, target);
  if (target.platform === 'win32') {
    copyVisualCppRuntime(join(unpacked, runtimeFolder(target)), target.architecture, environment);
  }
}

/** What lies beside the archive; electron-builder only warns where a source is missing. */
const resourceNames = ['models', 'sample', 'licences.json', 'LICENSE'];

function checkResources(resources: string, target: Target): void {
  const needed = [...resourceNames, `node/${plainNodeName(target)}`];
  const missing = needed.filter((name) => !existsSync(join(resources, name)));
  if (missing.length > 0) throw new Error(`The package lacks ${missing.join(', ')}.`);
}

function checkNatives(unpacked: string, target: Target): void {
  const natives = nativesOf(target);
  const missing = natives.filter((path) => !existsSync(join(unpacked, path)));
  if (missing.length > 0) throw new Error(`The package lacks ${missing.join(', ')}.`);
  const strangers = nativeFilesIn(unpacked).filter((path) => !natives.includes(path));
  if (strangers.length > 0) throw new Error(`The package must not hold ${strangers.join(', ')}.`);
}

/** Every native file under a folder, with forward slashes. */
export function nativeFilesIn(folder: string): string[] {
  return globSync('**/*.{node,dll,dylib,so,so.*,exe}', { cwd: folder })
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}
