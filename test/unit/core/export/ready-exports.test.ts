import {
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createReadyExport,
  readyExportFile,
  removeOldExports,
  removeReadyExport,
} from '../../../../src-main/core/export/ready-exports.ts';
import { storeFinishedRun } from '../../../helpers/stored-runs.ts';
import { temporaryFolder, temporaryStore } from '../../../helpers/temporary-store.ts';

const everything = { what: 'candidates', scope: { kind: 'all' }, format: 'plain' } as const;
const failed = { code: 'file-failed' };

/** A store with one run, and an empty folder for exports. */
async function place() {
  const store = await temporaryStore();
  storeFinishedRun(store);
  return { store, folder: temporaryFolder() };
}

describe('a ready export', () => {
  it('is found again by its id', async () => {
    const { store, folder } = await place();
    const ready = await createReadyExport(store, folder, everything, new Date(2026, 2, 1, 15, 42));

    expect(ready).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      fileName: 'winnow-candidates_2026-03-01_1542.csv',
      rows: 4,
      bytes: expect.any(Number) as number,
      cellsTooLongForExcel: 0,
      tooManyRowsForExcel: false,
    });
    const { path, fileName } = await readyExportFile(folder, ready.id);
    expect(fileName).toBe(ready.fileName);
    expect(path).toBe(join(folder, ready.id, fileName));
    const bytes = readFileSync(path);
    expect(bytes).toHaveLength(ready.bytes);
    expect(bytes.toString('utf8')).toMatch(/^run_id,lane_id,/);
  });

  it('leaves nothing behind where it fails', async () => {
    const { store, folder } = await place();
    const ofNone = { ...everything, scope: { kind: 'run', id: 'ffff' } } as const;
    await expect(createReadyExport(store, folder, ofNone)).rejects.toMatchObject({
      code: 'run-not-found',
    });
    expect(readdirSync(folder)).toEqual([]);
    await expect(
      createReadyExport(store, join(folder, 'missing'), everything),
    ).rejects.toMatchObject(failed);
  });

  it.each(['', '.', '..', '../database', '/etc', 'winnow.db', 'a/../..', '%2e%2e', 'x\0y'])(
    'is not found by the id %j, whatever lies there',
    async (id) => {
      const { folder } = await place();
      const inside = join(folder, 'exports');
      mkdirSync(inside);
      writeFileSync(join(folder, 'secret.csv'), 'secret');
      writeFileSync(join(inside, 'secret.csv'), 'secret');
      await expect(readyExportFile(inside, id)).rejects.toMatchObject(failed);
    },
  );

  it.skipIf(process.platform === 'win32')('is never a link', async () => {
    const { folder } = await place();
    const id = '01234567-89ab-cdef-0123-456789abcdef';
    mkdirSync(join(folder, id));
    writeFileSync(join(folder, 'secret.csv'), 'secret');
    symlinkSync(join(folder, 'secret.csv'), join(folder, id, 'winnow.csv'));
    await expect(readyExportFile(folder, id)).rejects.toMatchObject(failed);
  });

  it('is gone with a sentence that says so', async () => {
    const { folder } = await place();
    await expect(
      readyExportFile(folder, '01234567-89ab-cdef-0123-456789abcdef'),
    ).rejects.toMatchObject({ ...failed, message: 'This export is no longer there.' });
  });
});

describe('an export that is needed no more', () => {
  it('is removed alone, and nothing is by an id that is none', async () => {
    const { store, folder } = await place();
    const [saved, other] = [
      await createReadyExport(store, folder, everything),
      await createReadyExport(store, folder, everything),
    ];
    for (const id of [saved.id, saved.id, '', '.', '..', `../${other.id}`]) {
      await removeReadyExport(folder, id);
    }
    expect(readdirSync(folder)).toEqual([other.id]);
  });
});

describe('old exports', () => {
  it('are removed a day after they were written, and nothing else is', async () => {
    const { store, folder } = await place();
    const [old, fresh] = [
      await createReadyExport(store, folder, everything),
      await createReadyExport(store, folder, everything),
    ];
    writeFileSync(join(folder, 'notes.txt'), '');
    const now = new Date();
    const before = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
    utimesSync(join(folder, old.id), before(25), before(25));
    utimesSync(join(folder, fresh.id), before(23), before(23));
    utimesSync(join(folder, 'notes.txt'), before(99), before(99));

    await removeOldExports(folder, now);

    expect(readdirSync(folder).sort()).toEqual([fresh.id, 'notes.txt'].sort());
    await removeOldExports(join(folder, 'missing'), now);
  });
});
