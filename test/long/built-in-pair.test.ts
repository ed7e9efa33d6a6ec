import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LaneDetails, RunDetails, RunSettings } from '../../src-main/contract/run.ts';
import { builtInModels } from '../../src-main/surroundings.ts';
import { stopButton } from '../helpers/stop-button.ts';
import {
  makeWorkplace,
  openWhole,
  tinySettings,
  type WholeApplication,
  type Workplace,
} from '../helpers/whole-application.ts';

const models = builtInModels();
const hasReward = existsSync(join(models.reward, 'onnx', 'model.onnx'));
const prompt = 'Name three good reasons to learn to cook.';

let workplace: Workplace;
let whole: WholeApplication;

beforeAll(async () => {
  workplace = await makeWorkplace();
  whole = await openWhole(workplace, 'built-in.db');
});
afterAll(() => {
  whole.close();
  workplace.remove();
});

const settingsOf = (changes: Partial<RunSettings>): RunSettings =>
  tinySettings(models, { candidates: 16, maxTokens: 64, memory: 'auto', ...changes });

/** A lane without what may differ between two runs: ids and times. */
const lasting = ({
  strategy,
  chosen,
  tokensGenerated,
  tokensScored,
  candidates,
  events,
}: LaneDetails) => ({
  strategy,
  chosen,
  tokensGenerated,
  tokensScored,
  candidates: candidates.map((candidate) => ({ ...candidate, endedAtMs: null })),
  rounds: events.flatMap((event) => (event.type === 'round' ? [{ ...event, at: 0 }] : [])),
});

const lastingLanes = ({ lanes }: RunDetails) =>
  lanes.map(lasting).sort((one, other) => one.strategy.localeCompare(other.strategy));

const likelihood = { name: 'likelihood', reward: 'likelihood' };
const builtIn = { name: 'built in', reward: models.reward };
const rewards = hasReward ? [builtIn, likelihood] : [likelihood];

describe.each(rewards)('the built-in generator with the reward $name', ({ reward }) => {
  it('gives the same run twice, with the same answers in both strategies, under the budget', async () => {
    const settings = settingsOf({ reward });
    const [first, second] = [
      await whole.compare(settings, { prompt }),
      await whole.compare(settings, { prompt }),
    ];
    expect(lastingLanes(second)).toEqual(lastingLanes(first));
    const [full, early] = lastingLanes(first);
    expect(early?.rounds.length).toBeGreaterThan(0);
    for (const { index, tokens } of early?.candidates ?? []) {
      expect(full?.candidates[index]?.tokens.slice(0, tokens.length)).toEqual(tokens);
    }
    for (const { peakCacheBytes } of first.lanes) {
      expect(peakCacheBytes).toBeLessThanOrEqual(first.budgetBytes);
    }
  });
});

describe('Stop with 64 answers of the built-in generator', () => {
  it.each([1, 2, 6, 15])(
    'after piece %i frees the processor within half a second',
    { retry: 2 },
    async (piece) => {
      const settings = settingsOf({
        candidates: 64,
        memory: 1e9,
        reward: (rewards[0] ?? likelihood).reward,
      });
      const button = stopButton();
      let pieces = 0;
      const run = await whole.compare(settings, {
        prompt,
        signal: button.signal,
        listener: (progress) => {
          if (progress.type !== 'lane-event' || progress.event.type !== 'advanced') return;
          if (++pieces === piece) button.press();
        },
      });
      expect(button.sincePressed()).toBeLessThan(500);
      expect(run.status).toBe('cancelled');
      expect(run.lanes[0]?.tokensGenerated).toBeGreaterThan(0);
    },
  );
});
