/** Folders and stores that last as long as one test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openStore } from '../../src-main/store/open.ts';
import type { Store } from '../../src-main/store/store.ts';

/** A folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'winnow-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An empty store in a folder of its own, closed when the test ends. */
export async function temporaryStore(): Promise<Store> {
  const store = await openStore(join(temporaryFolder(), 'winnow.db'));
  onTestFinished(() => store.close());
  return store;
}
