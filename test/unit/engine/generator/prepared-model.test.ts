import { rmSync, utimesSync } from 'node:fs';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadProgress } from '../../../../src-main/contract/engine.ts';
import { loadBuiltGenerator } from '../../../../src-main/engine/generator/built-generator.ts';
import {
  laneRequest,
  loadTinyGenerator,
  temporaryFolder,
  writeToEnd,
} from '../../../helpers/tiny-generator.ts';
import { writeTinyGguf } from '../../../helpers/tiny-gguf.ts';

describe('the cache of prepared models', () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ folder, remove } = await temporaryFolder());
  });
  afterEach(() => remove());

  /** Loads the tiny model, says whether it was prepared anew, and what it wrote. */
  async function load(): Promise<{ prepared: boolean; tokens: number[]; folder: string }> {
    const told: LoadProgress[] = [];
    const generator = await loadTinyGenerator(
      folder,
      {},
      { onProgress: (progress) => told.push(progress) },
    );
    const lane = await generator.beginLane(laneRequest());
    await lane.start([0]);
    await writeToEnd(lane, [16]);
    const tokens = lane.tokensOf(0);
    await generator.close();
    const prepared = told.some(({ step }) => step === 'preparing');
    return { prepared, tokens, folder: generator.folder };
  }

  it('prepares a model once', async () => {
    const first = await load();
    const second = await load();
    expect(first.prepared).toBe(true);
    expect(second).toEqual({ ...first, prepared: false });
    expect(await readdir(join(folder, 'prepared'))).toHaveLength(1);
  });

  const damages: [string, (path: string) => Promise<void>][] = [
    ['a flipped bit in the weights', (path) => flipBit(join(path, 'weights.bin'))],
    ['a flipped bit in the graph', (path) => flipBit(join(path, 'model.onnx'))],
    ['missing weights at the end', (path) => truncate(join(path, 'weights.bin'), 1000)],
    ['broken facts', (path) => writeFile(join(path, 'prepared.json'), '{"files":')],
  ];
  it.each(damages)('notices %s and prepares anew', async (_name, damage) => {
    const first = await load();
    await damage(first.folder);
    expect(await load()).toEqual(first);
    expect((await load()).prepared).toBe(false);
  });

  it('removes what a gone process left unfinished and what older versions made, and nothing else', async () => {
    const first = await load();
    const abandoned = `${first.folder}.partial-999999999-1`;
    const older = first.folder.replace(/-v\d+$/, '-v0');
    const other = join(folder, 'prepared', 'notes.txt');
    await writeFile(abandoned, '');
    await writeFile(older, '');
    await writeFile(other, '');
    await flipBit(join(first.folder, 'weights.bin'));
    await load();
    expect(await readdir(join(folder, 'prepared'))).toHaveLength(2);
  });

  it('says so where nothing can be written', async () => {
    const path = await writeTinyGguf(folder);
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    await expect(
      loadBuiltGenerator({ path, preparedFolder: file, device: 'cpu' }),
    ).rejects.toMatchObject({ code: 'prepare-failed' });
  });

  it('can be stopped, and leaves nothing behind', async () => {
    const stopped = loadTinyGenerator(folder, {}, { shouldStop: () => true });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(folder)).not.toContain('prepared');
  });
});

async function flipBit(path: string): Promise<void> {
  const bytes = await readFile(path);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

describe('a model file that changes while it is prepared', () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ folder, remove } = await temporaryFolder());
  });
  afterEach(() => remove());

  /** Does something to the file at the first word that a step has begun. */
  async function prepareDisturbed(
    when: LoadProgress['step'],
    disturb: (path: string) => void,
  ): Promise<unknown> {
    const path = await writeTinyGguf(folder);
    let done = false;
    return loadBuiltGenerator({
      path,
      preparedFolder: join(folder, 'prepared'),
      device: 'cpu',
      onProgress({ step }) {
        if (!done && step === when) disturb(path);
        done ||= step === when;
      },
    });
  }

  it('is not prepared from two different files', async () => {
    const later = new Date(Date.now() + 5000);
    const disturbed = prepareDisturbed('preparing', (path) => utimesSync(path, later, later));
    await expect(disturbed).rejects.toMatchObject({ code: 'model-unreadable' });
    expect(await readdir(join(folder, 'prepared'))).toEqual([]);
  });

  it('is told of where it is gone, and a whole one is prepared afterwards', async () => {
    const disturbed = prepareDisturbed('preparing', (path) => rmSync(path));
    await expect(disturbed).rejects.toMatchObject({
      code: 'model-unreadable',
      message: expect.stringContaining('changed or removed') as string,
    });
    const generator = await loadTinyGenerator(folder);
    await generator.close();
  });
});
