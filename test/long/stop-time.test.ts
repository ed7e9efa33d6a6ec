import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stopButton } from '../helpers/stop-button.ts';
import {
  makeWorkplace,
  openWhole,
  tinySettings,
  type Workplace,
} from '../helpers/whole-application.ts';

let workplace: Workplace;

beforeAll(async () => {
  workplace = await makeWorkplace({ width: 128, layers: 4, contextLength: 4096, seed: 3 });
});
afterAll(() => workplace.remove());

/** A measurement: what it prints is for people to read, as it depends on what else the machine does. */
describe('the time that a stop takes', () => {
  it('is printed, for 20 stops while answers are written', async () => {
    const whole = await openWhole(workplace, 'stop-time.db');
    const settings = tinySettings(workplace, { candidates: 32, maxTokens: 1500, memory: 1e9 });
    const times: number[] = [];
    for (let stop = 0; stop < 20; stop += 1) {
      const button = stopButton();
      let pieces = 0;
      const run = await whole.compare(settings, {
        signal: button.signal,
        listener: (progress) => {
          if (progress.type !== 'lane-event' || progress.event.type !== 'advanced') return;
          if (++pieces === 2 + (stop % 5)) button.press();
        },
      });
      times.push(button.sincePressed());
      expect(run.status).toBe('cancelled');
    }
    times.sort((a, b) => a - b);
    const at = (share: number) => `${times[Math.round(share * (times.length - 1))]?.toFixed(0)} ms`;
    console.log(
      `A stop took ${at(0.5)} in the middle, ${at(1)} at most (half a second is promised).`,
    );
    whole.close();
  });
});
