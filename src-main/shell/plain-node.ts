/**
 * The plain Node that engines run on, in a package and in a clone: Electron's own processes end when a model asks for more
 * than about 2 GiB at once, and a package's Electron cannot be a plain Node, which reading a chat template needs.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';

/**
 * The variable that tells the core where its Node is (see core.ts); none where there is no such Node, and engines are
 * utility processes.
 * @param project the folder of package.json; in a package that is its archive
 */
export function plainNodeVariable(project: string): Record<string, string> {
  const folder = app.isPackaged
    ? join(process.resourcesPath, 'node')
    : join(project, 'node_modules/node/bin');
  const node = join(folder, process.platform === 'win32' ? 'node.exe' : 'node');
  return existsSync(node) ? { WINNOW_NODE: node } : {};
}
