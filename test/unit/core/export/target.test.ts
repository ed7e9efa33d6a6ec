import { copyFileSync, existsSync, linkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportCsv } from '../../../../src-main/core/export/export-csv.ts';
import { openStore } from '../../../../src-main/store/open.ts';
import { storeFinishedRun } from '../../../helpers/stored-runs.ts';
import { temporaryFolder } from '../../../helpers/temporary-store.ts';

async function openWithRun() {
  const folder = temporaryFolder();
  const store = await openStore(join(folder, 'winnow.db'));
  const id = storeFinishedRun(store);
  return { folder, store, id };
}

describe('an export', () => {
  it.each(['winnow.db', 'winnow.db-wal', 'winnow.db-shm', 'winnow.db-journal'])(
    'does not replace %s, which is in use',
    async (name) => {
      const { folder, store, id } = await openWithRun();
      const refused = exportCsv({ store, what: 'runs', file: join(folder, name) });
      await expect(refused).rejects.toMatchObject({ code: 'file-failed' });
      expect(store.getRun(id)?.status).toBe('done');
      store.close();
    },
  );

  it.skipIf(process.platform === 'win32')(
    'does not follow another name of the database',
    async () => {
      const { folder, store } = await openWithRun();
      symlinkSync(store.path, join(folder, 'symbolic.csv'));
      linkSync(store.path, join(folder, 'hard.csv'));
      symlinkSync(folder, join(folder, 'folder'));
      for (const name of ['symbolic.csv', 'hard.csv', 'folder/winnow.db', 'folder/winnow.db-wal']) {
        await expect(
          exportCsv({ store, what: 'runs', file: join(folder, name) }),
        ).rejects.toMatchObject({ code: 'file-failed' });
      }
      store.close();
    },
  );

  it('does not replace any other database, but does replace an older export', async () => {
    const { folder, store } = await openWithRun();
    const backup = join(folder, 'copy.backup');
    copyFileSync(store.path, backup);
    await expect(exportCsv({ store, what: 'runs', file: backup })).rejects.toMatchObject({
      code: 'file-failed',
    });
    const file = join(folder, 'runs.csv');
    writeFileSync(file, 'run_id');
    expect(await exportCsv({ store, what: 'runs', file })).toMatchObject({ rows: 1 });
    expect(existsSync(file)).toBe(true);
    store.close();
  });
});
