import { describe, expect, it } from 'vitest';
import type { EngineReply } from '../../../src-main/contract/engine-messages.ts';
import { WinnowError } from '../../../src-main/contract/errors.ts';
import { serveEngine, type EngineService } from '../../../src-main/engine/server.ts';

/** A service whose calls end when the test says so. */
function makeService(overrides: Partial<EngineService> = {}) {
  const refuse = () => Promise.reject(new Error('not part of this test'));
  const service: EngineService = {
    devices: refuse,
    tryDevice: refuse,
    loadGenerator: refuse,
    loadReward: refuse,
    loadJudge: refuse,
    checkModel: refuse,
    measureModel: refuse,
    preparedModels: refuse,
    countPromptTokens: refuse,
    requireMemory: refuse,
    beginLane: refuse,
    start: refuse,
    advance: refuse,
    keep: refuse,
    score: refuse,
    judge: refuse,
    endLane: () => Promise.resolve(),
    ...overrides,
  };
  const replies: EngineReply[] = [];
  const waiting: (() => void)[] = [];
  const receive = serveEngine(service, (reply) => {
    replies.push(reply);
    waiting.splice(0).forEach((wake) => wake());
  });
  const untilReplies = async (count: number): Promise<void> => {
    while (replies.length < count) await new Promise<void>((wake) => waiting.push(wake));
  };
  return { receive, replies, untilReplies };
}

describe('the engine server', () => {
  it('answers a call with its result', async () => {
    const { receive, replies, untilReplies } = makeService({ devices: () => Promise.resolve([]) });
    receive({ type: 'call', id: 7, method: 'devices', parameters: undefined });
    await untilReplies(1);
    expect(replies).toEqual([{ type: 'result', id: 7, value: [] }]);
  });

  it('turns an error into a record with its code', async () => {
    const fault = new WinnowError('prompt-empty', 'The prompt is empty.', 'Write one.');
    const { receive, replies, untilReplies } = makeService({
      checkModel: () => Promise.reject(fault),
    });
    receive({ type: 'call', id: 1, method: 'checkModel', parameters: 'model.gguf' });
    await untilReplies(1);
    expect(replies).toEqual([
      {
        type: 'error',
        id: 1,
        error: { code: 'prompt-empty', message: 'The prompt is empty.', help: 'Write one.' },
      },
    ]);
  });

  it('refuses parameters that do not fit the method, without calling it', async () => {
    let called = false;
    const { receive, replies, untilReplies } = makeService({
      start: () => {
        called = true;
        return Promise.resolve();
      },
    });
    receive({ type: 'call', id: 1, method: 'start', parameters: [-1] });
    await untilReplies(1);
    expect(replies[0]).toMatchObject({ type: 'error', error: { code: 'internal' } });
    expect(called).toBe(false);
  });

  it('survives messages that are none, answers those that name a call, and serves the next one', async () => {
    const { receive, replies, untilReplies } = makeService({ devices: () => Promise.resolve([]) });
    for (const message of [null, 'stop', 7, {}, { type: 'call' }]) receive(message);
    receive({ type: 'call', id: 1, method: 'explode', parameters: undefined });
    expect(replies).toMatchObject([{ type: 'error', id: 1, error: { code: 'internal' } }]);
    receive({ type: 'call', id: 2, method: 'devices', parameters: undefined });
    await untilReplies(2);
    expect(replies[1]).toEqual({ type: 'result', id: 2, value: [] });
  });

  it('runs calls one after the other, in the order of arrival', async () => {
    const order: string[] = [];
    let endFirst: () => void = () => undefined;
    const { receive, untilReplies } = makeService({
      keep: async () => {
        order.push('keep began');
        await new Promise<void>((resolve) => (endFirst = resolve));
        order.push('keep ended');
      },
      start: () => {
        order.push('start began');
        return Promise.resolve();
      },
    });
    receive({ type: 'call', id: 1, method: 'keep', parameters: [0] });
    receive({ type: 'call', id: 2, method: 'start', parameters: [0] });
    await Promise.resolve();
    endFirst();
    await untilReplies(2);
    expect(order).toEqual(['keep began', 'keep ended', 'start began']);
  });

  it('lets stop overtake the running call, refuses those that wait, and serves the next ones', async () => {
    let endFirst: () => void = () => undefined;
    const { receive, replies, untilReplies } = makeService({
      advance: async (_tokens, { shouldStop }) => {
        await new Promise<void>((resolve) => (endFirst = resolve));
        throw new WinnowError(shouldStop() ? 'cancelled' : 'internal', 'm', 'h');
      },
      keep: () => Promise.resolve(),
    });
    receive({ type: 'call', id: 1, method: 'advance', parameters: 8 });
    receive({ type: 'call', id: 2, method: 'keep', parameters: [0] });
    await Promise.resolve();
    receive({ type: 'stop' });
    endFirst();
    await untilReplies(2);
    expect(replies.map((reply) => reply.type === 'error' && reply.error.code)).toEqual([
      'cancelled',
      'cancelled',
    ]);
    receive({ type: 'call', id: 3, method: 'keep', parameters: [0] });
    await untilReplies(3);
    expect(replies[2]).toEqual({ type: 'result', id: 3, value: undefined });
  });
});
