import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LaneEvent } from '../../src-main/contract/events.ts';
import type { RunSettings } from '../../src-main/contract/run.ts';
import { expectSurvived, Witness } from '../helpers/killed-runs.ts';
import {
  makeWorkplace,
  openWhole,
  tinySettings,
  type WholeApplication,
  type Workplace,
} from '../helpers/whole-application.ts';

let workplace: Workplace;
let whole: WholeApplication;
let settings: RunSettings;

beforeAll(async () => {
  workplace = await makeWorkplace();
  whole = await openWhole(workplace, 'deaths.db');
  settings = tinySettings(workplace, { candidates: 24, maxTokens: 120 });
});
afterAll(() => {
  whole.close();
  workplace.remove();
});

const kill = (): void => void process.kill(whole.engine.pid ?? NaN, 'SIGKILL');

describe('an engine that is killed', () => {
  const moments: [string, (told: number, event: LaneEvent) => boolean][] = [
    ['while it writes', (told, { type }) => told > 3 && type === 'advanced'],
    ['after a decision', (_told, { type }) => type === 'round'],
    ['in the second lane', (told, { type }) => told > 20 && type === 'started'],
  ];

  it.each(moments)(
    '%s, leaves what was recorded, and the next run works',
    async (_name, isTheMoment) => {
      let killed = false;
      const witness = new Witness((told, event) => {
        if (killed || !isTheMoment(told, event)) return;
        killed = true;
        kill();
      });
      await expectSurvived(whole, settings, witness);
      expect(killed).toBe(true);
      const [{ status, error } = { status: null, error: null }] =
        await whole.application.history(1);
      expect(status).toBe('interrupted');
      expect(error?.message).toContain('ended unexpectedly');

      expect(await whole.compare(tinySettings(workplace, { candidates: 3 }))).toMatchObject({
        status: 'done',
      });
    },
  );

  it('between two runs is not noticed', async () => {
    const before = whole.engine.pid;
    kill();
    await vi.waitFor(() => expect(whole.engine.pid).toBeUndefined());
    expect(await whole.compare(tinySettings(workplace))).toMatchObject({ status: 'done' });
    expect(whole.engine.pid).not.toBe(before);
  });
});
