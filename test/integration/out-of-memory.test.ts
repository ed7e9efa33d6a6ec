import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WinnowError } from '../../src-main/contract/errors.ts';
import type { StrategyName } from '../../src-main/contract/events.ts';
import type { StoppableEngine } from '../../src-main/core/engine.ts';
import { budgetHolding } from '../../src-main/domain/budget.ts';
import { cacheCost } from '../../src-main/domain/cache-cost.ts';
import {
  makeWorkplace,
  openWhole,
  realEngine,
  tinyPrompt,
  tinySettings,
  type Workplace,
} from '../helpers/whole-application.ts';

let workplace: Workplace;
let engine: StoppableEngine;

beforeAll(async () => {
  workplace = await makeWorkplace();
  engine = realEngine();
});
afterAll(() => {
  engine.close();
  workplace.remove();
});

/** The real engine, but memory runs out in the calls of `advance` that `isTheCall` names, counted from 1. */
function withLittleMemory(isTheCall: (call: number) => boolean): StoppableEngine {
  let calls = 0;
  return new Proxy(engine, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'advance') return value.bind(target) as unknown;
      return async (tokens: number, onProgress: never) => {
        calls += 1;
        if (!isTheCall(calls)) return target.advance(tokens, onProgress);
        // What was written before it happened stays, as after a graph run that could still be done.
        await target.advance(Math.min(5, tokens), onProgress);
        throw new WinnowError('out-of-memory', 'The memory ran out.', 'Close other programs.');
      };
    },
  });
}

async function run(strategy: StrategyName, isTheCall: (call: number) => boolean) {
  const plain = tinySettings(workplace, { strategies: [strategy], candidates: 8 });
  const whole = await openWhole(workplace, `${strategy}.db`, withLittleMemory(isTheCall));
  onTestFinished(() => whole.store.close());
  const { cache } = await engine.loadGenerator({
    path: workplace.generator,
    device: 'auto',
    preparedFolder: `${workplace.folder}/prepared`,
  });
  const promptTokens = await engine.countPromptTokens({ prompt: tinyPrompt, maxTokens: 40 });
  const memory = budgetHolding(8, 40, cacheCost(cache, promptTokens));
  return { whole, done: whole.compare({ ...plain, memory }) };
}

const halvings = (events: { type: string }[]) =>
  events.filter((event) => 'code' in event && event.code === 'rows-halved');

describe('a run whose memory runs out', () => {
  it('stops the worse half of its answers in Speculative Rejection, goes on, and says so', async () => {
    const { done } = await run('speculative-rejection', (call) => call === 1);
    const { status, lanes } = await done;
    expect(status).toBe('done');
    const events = lanes[0]?.events ?? [];
    expect(halvings(events)).toHaveLength(1);
    const [round] = events.filter((event) => event.type === 'round');
    expect(round?.rejected).toHaveLength(Math.floor((round?.live ?? 0) / 2));
    expect(lanes[0]?.candidates.filter(({ state }) => state === 'rejected')).toHaveLength(
      round?.rejected.length ?? NaN,
    );
  });

  it('writes half of its answers later in Best-of-N, all of them in the end, and says so', async () => {
    const undisturbed = await (await run('best-of-n', () => false)).done;
    const { done } = await run('best-of-n', (call) => call === 1);
    const { status, lanes } = await done;
    expect(status).toBe('done');
    expect(halvings(lanes[0]?.events ?? [])).toHaveLength(1);
    const what = ({ candidates }: (typeof lanes)[number]) =>
      candidates.map(({ tokens, reward, state }) => ({ tokens, reward, state }));
    expect(lanes.map(what)).toEqual(undisturbed.lanes.map(what));
  });

  it('fails with what to do where not even one answer can go on; what was written stays', async () => {
    const { whole, done } = await run('speculative-rejection', () => true);
    await expect(done).rejects.toMatchObject({ code: 'out-of-memory' });
    const stored = await whole.application.show('last');
    expect(stored).toMatchObject({ status: 'failed', error: { code: 'out-of-memory' } });
    expect(stored.lanes[0]?.tokensGenerated).toBeGreaterThan(0);
    expect(halvings(stored.lanes[0]?.events ?? []).length).toBeGreaterThan(1);
  });
});
