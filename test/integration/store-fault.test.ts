import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src-main/store/open.ts';
import { startWinnow } from '../helpers/command-line.ts';
import {
  makeWorkplace,
  openWhole,
  tinySettings,
  type Workplace,
} from '../helpers/whole-application.ts';

let workplace: Workplace;

beforeAll(async () => {
  workplace = await makeWorkplace();
});
afterAll(() => workplace.remove());

/** Makes a database that takes five events; with `everything`, the run cannot be ended after them either. */
async function makeFaulty(name: string, everything = false): Promise<string> {
  const path = join(workplace.folder, name);
  (await openStore(path)).close();
  const database = new Sqlite(path);
  const fail = (trigger: string) =>
    database.exec(
      `CREATE TRIGGER ${trigger} WHEN (SELECT count(*) FROM event) >= 5 BEGIN SELECT RAISE(FAIL, 'no'); END`,
    );
  fail('no_event BEFORE INSERT ON event');
  if (everything) fail('no_end BEFORE UPDATE ON run');
  database.close();
  return path;
}

describe('a store that fails while answers are written', () => {
  it('fails the run with its own sentence, keeps what was stored, and the engine goes on', async () => {
    const whole = await openWhole(workplace, await makeFaulty('fault.db'));
    await expect(whole.compare(tinySettings(workplace))).rejects.toMatchObject({
      code: 'store-failed',
    });
    const run = await whole.application.show('last');
    expect(run).toMatchObject({ status: 'failed', error: { code: 'store-failed' } });
    expect(run.lanes[0]?.events).toHaveLength(5);
    const { pid } = whole.engine;
    expect(pid).toBeDefined();
    expect((await whole.application.devices()).length).toBeGreaterThan(0);
    expect(whole.engine.pid).toBe(pid);
    whole.close();
  });

  it('is told of by the first fault, even where the run cannot be ended either', async () => {
    const whole = await openWhole(workplace, await makeFaulty('fault-to-the-end.db', true));
    await expect(whole.compare(tinySettings(workplace))).rejects.toMatchObject({
      code: 'store-failed',
    });
    expect(await whole.application.show('last')).toMatchObject({ status: 'running' });
    whole.close();
  });

  it('ends the command line with one JSON document, exit code 1 and no stack', async () => {
    const winnow = startWinnow(workplace, [
      ...['compare', 'Tell me about rain, please.', '--json', '--candidates', '4'],
      ...['--db', await makeFaulty('fault-on-the-command-line.db')],
      ...['--generator', workplace.generator, '--reward', workplace.reward],
    ]);
    const { code, out, err } = await winnow.ended;
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'store-failed' } });
    expect(err).not.toMatch(/\.ts:|at .*\(/);
  });
});
