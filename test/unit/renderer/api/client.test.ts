import { describe, expect, it, vi } from 'vitest';
import type { ApplicationEvent } from '../../../../src-main/contract/application-events.ts';
import { createClient } from '../../../../src-renderer/api/client.svelte.ts';
import { createFakeApplication } from '../helpers/fake-application.ts';

const changed: ApplicationEvent = { type: 'runs-changed' };
const start = 'first-start';

function connected() {
  const fake = createFakeApplication();
  const client = createClient(fake.transport);
  const refreshed = vi.fn(() => Promise.resolve());
  const events: number[] = [];
  client.onRefresh(refreshed);
  client.onEvent((_, sequence) => events.push(sequence));
  fake.open();
  fake.say({ type: 'subscribed', start, sequence: 10, complete: false });
  return { fake, client, refreshed, events };
}

describe('a call', () => {
  it('is answered with its own result, whatever the order of the answers', async () => {
    const { fake, client } = connected();
    const first = client.call('runs.delete', { id: 'a' });
    const second = client.call('exports.count', { scope: { kind: 'all' } });
    const ids = fake.sent.flatMap((message) => (message.type === 'call' ? [message.id] : []));
    fake.say({ type: 'result', id: ids[1] ?? -1, value: 'second' });
    fake.say({ type: 'result', id: ids[0] ?? -1, value: 'first' });
    expect(await first).toBe('first');
    expect(await second).toBe('second');
  });

  it('throws the error that the application answers with', async () => {
    const { fake, client } = connected();
    const call = client.call('runs.get', { id: 'a' });
    const error = { code: 'run-not-found' as const, message: 'There is no such run.', help: 'x' };
    fake.say({ type: 'error', id: 1, error });
    await expect(call).rejects.toMatchObject(error);
  });

  it('waits for the first connection', async () => {
    const fake = createFakeApplication();
    const client = createClient(fake.transport);
    const call = client.call('preferences.get', {});
    expect(fake.sent).toEqual([]);
    fake.open();
    fake.answer('preferences.get', 'the preferences');
    expect(await call).toBe('the preferences');
  });

  it('fails with connection-lost when the connection breaks before the answer', async () => {
    const { fake, client } = connected();
    const call = client.call('comparison.stop', {});
    fake.lose();
    await expect(call).rejects.toMatchObject({ code: 'connection-lost' });
    expect(client.connection).toBe('lost');
  });

  it('fails at once with connection-lost while the connection is away, and works again after', async () => {
    const { fake, client } = connected();
    fake.lose();
    await expect(client.call('app.facts', {})).rejects.toMatchObject({ code: 'connection-lost' });
    fake.open();
    expect(client.connection).toBe('open');
    const call = client.call('app.facts', {});
    fake.answer('app.facts', 'facts');
    expect(await call).toBe('facts');
  });

  it('that was made before the first connection fails where that connection never comes to be', async () => {
    const fake = createFakeApplication();
    const client = createClient(fake.transport);
    const call = client.call('app.facts', {});
    fake.open();
    fake.lose();
    await expect(call).rejects.toMatchObject({ code: 'connection-lost' });
  });
});

describe('events', () => {
  it('are asked for from now on at the first connection, which is the time to look', () => {
    const { fake, refreshed } = connected();
    expect(fake.sent[0]).toEqual({ type: 'subscribe', after: null });
    expect(refreshed).toHaveBeenCalledOnce();
  });

  it('arrive in order, each once', () => {
    const { fake, events } = connected();
    for (const sequence of [11, 11, 10, 12]) fake.say({ type: 'event', sequence, event: changed });
    expect(events).toEqual([11, 12]);
  });

  it('are asked for from the last one on after the connection was away, and nothing is looked up anew', () => {
    const { fake, refreshed, events } = connected();
    fake.say({ type: 'event', sequence: 11, event: changed });
    fake.lose();
    fake.open();
    expect(fake.sent.at(-1)).toEqual({ type: 'subscribe', after: { start, sequence: 11 } });
    fake.say({ type: 'subscribed', start, sequence: 13, complete: true });
    fake.say({ type: 'event', sequence: 12, event: changed });
    fake.say({ type: 'event', sequence: 13, event: changed });
    expect(events).toEqual([11, 12, 13]);
    expect(refreshed).toHaveBeenCalledOnce();
  });

  it('begin anew, and the pages look again, when the application was started again meanwhile', () => {
    const { fake, refreshed, events } = connected();
    fake.lose();
    fake.open();
    fake.say({ type: 'subscribed', start: 'second-start', sequence: 2, complete: false });
    fake.say({ type: 'event', sequence: 3, event: changed });
    expect(events).toEqual([3]);
    expect(refreshed).toHaveBeenCalledTimes(2);
    fake.lose();
    fake.open();
    expect(fake.sent.at(-1)).toEqual({
      type: 'subscribe',
      after: { start: 'second-start', sequence: 3 },
    });
  });

  it('are not gone on with where the pages could not look anew before the connection broke again', async () => {
    const { fake, refreshed } = connected();
    refreshed.mockImplementationOnce(() => Promise.reject(new Error('lost')));
    fake.lose();
    fake.open();
    fake.say({ type: 'subscribed', start: 'second-start', sequence: 2, complete: false });
    fake.say({ type: 'event', sequence: 3, event: changed });
    fake.lose();
    await Promise.resolve();
    fake.open();
    expect(fake.sent.at(-1)).toEqual({ type: 'subscribe', after: null });
    fake.say({ type: 'subscribed', start: 'second-start', sequence: 5, complete: false });
    expect(refreshed).toHaveBeenCalledTimes(3);
    fake.lose();
    fake.open();
    const after = { start: 'second-start', sequence: 5 };
    expect(fake.sent.at(-1)).toEqual({ type: 'subscribe', after });
  });

  it('with a hole in their numbers make the pages look again', () => {
    const { fake, refreshed, events } = connected();
    fake.say({ type: 'event', sequence: 14, event: changed });
    expect(refreshed).toHaveBeenCalledTimes(2);
    expect(events).toEqual([14]);
  });

  it('reach nobody who has stopped listening', () => {
    const { fake, client } = connected();
    const listener = vi.fn();
    client.onEvent(listener)();
    fake.say({ type: 'event', sequence: 11, event: changed });
    expect(listener).not.toHaveBeenCalled();
  });
});
