/** Writes `resources/licences.json`, which the application shows: `npm run licences`, after every change of packages. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWithMaps } from './build.ts';
import { collectLicences } from './licences.ts';

const folder = mkdtempSync(join(tmpdir(), 'winnow-licences-'));
try {
  buildWithMaps(folder);
  const file = join(import.meta.dirname, '../licences.json');
  writeFileSync(file, `${JSON.stringify(collectLicences(folder), null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
