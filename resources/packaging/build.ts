/** Builds the application somewhere else than `out`, with source maps that tell which packages the bundles hold. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const project = join(import.meta.dirname, '../..');

/** Fills a folder with what `npm run build` makes, and its source maps. */
export function buildWithMaps(folder: string): void {
  const builder = join(project, 'node_modules/electron-vite/bin/electron-vite.js');
  const options = ['--outDir', folder, '--sourcemap', '--logLevel', 'error'];
  execFileSync(process.execPath, [builder, 'build', ...options], { cwd: project, stdio: 'pipe' });
}
