import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  clearPrepared,
  listPrepared,
  makeRoom,
} from '../../../../src-main/engine/generator/prepared-cache.ts';
import type { BuiltGenerator } from '../../../../src-main/engine/generator/built-generator.ts';
import { loadTinyGenerator, temporaryFolder } from '../../../helpers/tiny-generator.ts';

/** No process has this id. */
const gone = 999_999_999;

describe('the folder of prepared models', () => {
  let folder: string;
  let prepared: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ folder, remove } = await temporaryFolder());
    prepared = join(folder, 'prepared');
  });
  afterEach(() => remove());

  const load = (seed: number): Promise<BuiltGenerator> => loadTinyGenerator(folder, { seed });

  /** Prepares a tiny model that was used last so many days ago. */
  async function prepare(seed: number, daysAgo: number): Promise<string> {
    const generator = await load(seed);
    await generator.close();
    const day = new Date(Date.now() - daysAgo * 86_400_000);
    await utimes(join(generator.folder, 'prepared.json'), day, day);
    return generator.folder;
  }

  const left = async (): Promise<string[]> =>
    (await readdir(prepared)).map((name) => join(prepared, name)).sort();

  it('tells what lies there, the one used last first', async () => {
    await prepare(1, 3);
    await prepare(2, 1);
    const models = await listPrepared(prepared);
    expect(models).toHaveLength(2);
    const [first, second] = models;
    expect(first?.lastUsedAt.localeCompare(second?.lastUsedAt ?? '')).toBe(1);
    expect(first).toMatchObject({ name: 'Tiny random model', form: 'fp32', inUse: false });
    expect(first?.bytes).toBeGreaterThan(10_000);
    expect(await listPrepared(join(folder, 'nowhere'))).toEqual([]);
  });

  it('knows what is loaded until it is closed, however often it was loaded', async () => {
    const [one, other] = [await load(1), await load(1)];
    const isInUse = async () => (await listPrepared(prepared))[0]?.inUse;
    await one.close();
    expect(await isInUse()).toBe(true);
    await other.close();
    expect(await isInUse()).toBe(false);
  });

  it('lets go of the least recently used models where there are too many', async () => {
    const [old, older] = [await prepare(1, 5), await prepare(2, 9)];
    const recent = await prepare(3, 1);
    const [{ bytes = 0 } = {}] = await listPrepared(prepared);
    await makeRoom(prepared, bytes, { bytes: 3.5 * bytes, shareOfDisk: 1 });
    expect(await left()).toEqual([old, recent].sort());
    expect(await left()).not.toContain(older);
    await makeRoom(prepared, bytes, { bytes: 100, shareOfDisk: 1 });
    expect(await left()).toEqual([]);
  });

  it('counts a model as used whenever it is loaded', async () => {
    const [first, second] = [await prepare(1, 9), await prepare(2, 5)];
    await (await load(1)).close();
    const [{ bytes = 0 } = {}] = await listPrepared(prepared);
    await makeRoom(prepared, bytes, { bytes: 2.5 * bytes, shareOfDisk: 1 });
    expect(await left()).toEqual([first]);
    expect(await left()).not.toContain(second);
  });

  it('never removes what another process has loaded, whoever asks', async () => {
    const used = await prepare(1, 9);
    const unused = await prepare(2, 1);
    await writeFile(join(used, `in-use-${process.ppid}`), '');
    await makeRoom(prepared, 1000, { bytes: 100, shareOfDisk: 1 });
    expect(await left()).toEqual([used]);
    expect(await clearPrepared(prepared)).toMatchObject([{ inUse: true }]);
    expect(await left()).not.toContain(unused);
  });

  it('is cleared: marks of processes that are gone do not count, damaged ones go, too, and other files stay', async () => {
    const abandoned = await prepare(1, 1);
    await writeFile(join(abandoned, `in-use-${gone}`), '');
    const damaged = await prepare(2, 1);
    await writeFile(join(damaged, 'prepared.json'), '{');
    const other = join(prepared, 'notes.txt');
    await writeFile(other, '');
    expect(await listPrepared(prepared)).toHaveLength(2);
    expect(await clearPrepared(prepared)).toEqual([]);
    expect(await left()).toEqual([other]);
    const again = await load(1);
    expect(again.facts.name).toBe('Tiny random model');
    await again.close();
  });

  it('says how much space is missing where the disk is too full', async () => {
    await prepare(1, 1);
    await expect(makeRoom(prepared, 1e18)).rejects.toMatchObject({
      code: 'prepare-failed',
      message: expect.stringMatching(
        /^Preparing this model takes about 1000000000\.2 GB on the disk, and [\d.]+ GB are free\.$/,
      ) as string,
    });
  });
});
