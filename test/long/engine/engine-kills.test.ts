import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunSettings } from '../../../src-main/contract/run.ts';
import { openStore } from '../../../src-main/store/open.ts';
import { startWinnow } from '../../helpers/command-line.ts';
import {
  expectIntactFile,
  expectKept,
  expectSurvived,
  Witness,
} from '../../helpers/killed-runs.ts';
import { randomMoments } from '../../helpers/random-moments.ts';
import {
  makeWorkplace,
  openWhole,
  tinySettings,
  type Workplace,
} from '../../helpers/whole-application.ts';

const random = randomMoments('moments of the engine kills');
let workplace: Workplace;
let settings: RunSettings;

beforeAll(async () => {
  workplace = await makeWorkplace({ width: 64, contextLength: 1024 });
  settings = tinySettings(workplace, { candidates: 48, maxTokens: 400 });
});
afterAll(() => workplace.remove());

/** Real time is what these tests are about: moments while the engine starts, loads, writes and scores. */
const kills = Array.from({ length: 20 }, (_, kill) => kill);

describe('the engine, killed at 20 random moments', () => {
  it('leaves an intact store with every recorded round, and the next run works', async () => {
    const whole = await openWhole(workplace, 'engine-kills.db');
    const began = performance.now();
    expect(await whole.compare(settings)).toMatchObject({ status: 'done' });
    const usual = performance.now() - began;
    let interrupted = 0;
    for (const kill of kills) {
      const witness = new Witness();
      // Evenly spread with a random part, so that every stretch of a run is met.
      const moment = ((kill + random()) / kills.length) * usual;
      const killing = pause(moment).then(() => {
        if (whole.engine.pid !== undefined) process.kill(whole.engine.pid, 'SIGKILL');
      });
      await expectSurvived(whole, settings, witness);
      await killing;
      if ((await whole.application.history(1))[0]?.status === 'interrupted') interrupted += 1;
      const next = whole.compare(tinySettings(workplace, { candidates: 3 }));
      // The kill can come after the run's end; then it is the next run that meets a dying engine.
      const ending: unknown = await next.catch((error: unknown) => error);
      if (ending instanceof Error) expect(ending).toMatchObject({ code: 'engine-died' });
      expect(await whole.compare(tinySettings(workplace, { candidates: 3 }))).toMatchObject({
        status: 'done',
      });
    }
    expect(interrupted).toBeGreaterThan(5);
    whole.close();
  });
});

describe('the whole command line, killed at 20 random moments', () => {
  const database = () => join(workplace.folder, 'process-kills.db');
  const words = (...more: string[]) => [
    ...['compare', 'Tell me about rain, please.', '--json', '--db', database(), ...more],
    ...['--generator', workplace.generator, '--reward', workplace.reward],
  ];

  it('leaves an intact store; orphaned runs are interrupted, and the next run works', async () => {
    const began = performance.now();
    const first = await startWinnow(workplace, words('--max-tokens', '400')).ended;
    expect(first).toMatchObject({ code: 0 });
    const usual = performance.now() - began;
    let orphans = 0;
    for (const kill of kills) {
      const winnow = startWinnow(workplace, words('--max-tokens', '400', '--seed', String(kill)));
      await pause(((kill + random()) / kills.length) * usual);
      winnow.child.kill('SIGKILL');
      await winnow.ended;
      expectIntactFile(database());
      const store = await openStore(database());
      for (const id of store.markInterruptedRuns()) {
        orphans += 1;
        const run = store.getRun(id);
        if (run === undefined) throw new Error('an interrupted run is not stored');
        expectKept(run, new Witness());
      }
      expect(store.listRuns({ limit: 100 }).filter(({ status }) => status === 'running')).toEqual(
        [],
      );
      store.close();
    }
    expect(orphans).toBeGreaterThan(5);
    expect(await startWinnow(workplace, words('--max-tokens', '20')).ended).toMatchObject({
      code: 0,
    });
  });
});
