/** What happens to the files of models while they are in use, or between two runs: nobody guards them. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeTinyGguf } from '../helpers/tiny-gguf.ts';
import {
  makeWorkplace,
  openWhole,
  tinySettings,
  type WholeApplication,
  type Workplace,
} from '../helpers/whole-application.ts';

let workplace: Workplace;
let whole: WholeApplication;
beforeEach(async () => {
  workplace = await makeWorkplace();
  whole = await openWhole(workplace, 'model-faults.db');
});
afterEach(() => {
  whole.close();
  workplace.remove();
});

/** A run, with something done in its middle. */
function runDisturbed(disturb: () => void) {
  let told = 0;
  return whole.compare(tinySettings(workplace), {
    listener: ({ type }) => {
      told += type === 'lane-event' ? 1 : 0;
      if (type === 'lane-event' && told === 3) disturb();
    },
  });
}

const run = () => whole.compare(tinySettings(workplace));

const preparedFiles = (name: string): string[] => {
  const folder = join(workplace.folder, 'prepared');
  return readdirSync(folder).map((model) => join(folder, model, name));
};

const statuses = async (): Promise<string[]> =>
  (await whole.application.history(10)).map(({ status }) => status);

describe('a model file', () => {
  it('that is deleted while it is in use ends nothing; the next run says that it is gone', async () => {
    const bytes = readFileSync(workplace.generator);
    expect((await runDisturbed(() => rmSync(workplace.generator))).status).toBe('done');
    await expect(run()).rejects.toMatchObject({ code: 'model-not-found' });
    writeFileSync(workplace.generator, bytes);
    expect((await run()).status).toBe('done');
    expect(await statuses()).toEqual(['done', 'done']);
  });

  it('that is replaced is loaded again', async () => {
    const first = await run();
    await writeTinyGguf(workplace.folder, { name: 'tiny.gguf', seed: 8 });
    const second = await run();
    expect(second.generator.contentHash).not.toBe(first.generator.contentHash);
    expect(second.status).toBe('done');
  });

  it('that is cut off says so, and the pair of before is not written with', async () => {
    await run();
    truncateSync(workplace.generator, 30_000);
    await expect(run()).rejects.toMatchObject({ code: 'model-truncated' });
    expect(await statuses()).toEqual(['done']);
  });
});

describe('a reward model', () => {
  it('that is deleted while it is in use ends nothing; the next run says so', async () => {
    const run = await runDisturbed(() => rmSync(workplace.reward, { recursive: true }));
    expect(run.status).toBe('done');
    await expect(whole.compare(tinySettings(workplace))).rejects.toMatchObject({
      code: 'model-not-found',
    });
    expect(await statuses()).toEqual(['done']);
  });
});

describe('a prepared model', () => {
  it('that is deleted while it is loaded ends nothing, and is made again when it is needed', async () => {
    const removal = () => rmSync(join(workplace.folder, 'prepared'), { recursive: true });
    expect((await runDisturbed(removal)).status).toBe('done');
    whole.close();
    whole = await openWhole(workplace, 'model-faults.db');
    expect((await run()).status).toBe('done');
    expect(preparedFiles('weights.bin')).toHaveLength(1);
  });

  it('that is cut off while it is loaded may end the engine, and nothing else', async () => {
    const cut = () => preparedFiles('weights.bin').forEach((path) => truncateSync(path, 0));
    const ending: unknown = await runDisturbed(cut).catch((error: unknown) => error);
    // The system ends a process that reads what a mapped file has no longer.
    if (ending instanceof Error) expect(ending).toMatchObject({ code: 'engine-died' });
    expect(['done', 'interrupted']).toContain((await statuses())[0]);
    whole.close();
    whole = await openWhole(workplace, 'model-faults.db');
    expect((await run()).status).toBe('done');
  });
});

const launcher = fileURLToPath(new URL('../../src-main/launch.js', import.meta.url));

/** Runs a command with a data folder on a disk of so many bytes: a memory disk in a name space of its own. */
function onSmallDisk(folder: string, bytes: number, commands: string[][]) {
  const quoted = commands.map((words) =>
    [process.execPath, launcher, ...words].map((word) => `'${word}'`).join(' '),
  );
  const script = `mount -t tmpfs -o size=${bytes} none '${folder}' && { ${quoted.join('; ')}; }`;
  return spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'sh', '-c', script], {
    env: { ...process.env, WINNOW_DATA: folder },
    encoding: 'utf8',
  });
}

/** Not every system lets people make name spaces. */
const canMount =
  spawnSync('unshare', [
    '--user',
    '--map-root-user',
    '--mount',
    'sh',
    '-c',
    'mount -t tmpfs none /mnt',
  ]).status === 0;

describe.runIf(canMount)('a disk that is full while a model is prepared', () => {
  it('is told of with what is missing, leaves nothing half made, and the store whole', () => {
    const { generator, reward, folder } = workplace;
    const words = ['--generator', generator, '--reward', reward, '--candidates', '2', '--json'];
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const { stdout, stderr } = onSmallDisk(disk, 2_000_000, [
      ['compare', 'Tell me about rain.', ...words],
      ['models', 'prepared', '--json'],
      ['history', '--json'],
    ]);
    expect(stderr).not.toMatch(/\.ts:|at .*\(/);
    const documents = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(documents).toMatchObject([
      {
        error: {
          code: 'prepare-failed',
          message: expect.stringMatching(
            /^Preparing this model takes about .* are free\.$/,
          ) as string,
        },
      },
      { prepared: [] },
      { runs: [] },
    ]);
  });
});
