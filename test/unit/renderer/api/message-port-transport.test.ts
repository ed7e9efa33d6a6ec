import { MessageChannel } from 'node:worker_threads';
import { expect, it, vi } from 'vitest';
import { portMessage } from '../../../../src-main/contract/desktop-bridge.ts';
import { createMessagePortTransport } from '../../../../src-renderer/api/message-port-transport.ts';

/** A window that gets a port as the preload passes it on: as a message of its own. */
function fakeWindow() {
  let listener: ((event: unknown) => void) | undefined;
  const page = {
    addEventListener: (_: string, added: (event: unknown) => void) => void (listener = added),
  };
  return {
    page: page as unknown as Window,
    give: (port: unknown, from: { source?: unknown; data?: unknown } = {}): void =>
      listener?.({ source: page, data: portMessage, ports: [port], ...from }),
  };
}

function opened() {
  const window = fakeWindow();
  const connect = vi.fn();
  const transport = createMessagePortTransport({ connect }, window.page);
  const listener = { opened: vi.fn(), received: vi.fn(), lost: vi.fn() };
  transport.start(listener);
  return { ...window, connect, transport, listener };
}

it('asks for a port at once, and takes it from its own window only', () => {
  const { connect, give, listener } = opened();
  expect(connect).toHaveBeenCalledOnce();
  const { port1 } = new MessageChannel();
  give(port1, { source: {} });
  give(port1, { data: 'something else' });
  expect(listener.opened).not.toHaveBeenCalled();
  give(port1);
  expect(listener.opened).toHaveBeenCalledOnce();
  port1.close();
});

it('carries messages in both directions', async () => {
  const { give, transport, listener } = opened();
  const { port1, port2 } = new MessageChannel();
  give(port1);
  const arrived = new Promise((resolve) => port2.once('message', resolve));
  transport.send({ type: 'subscribe', after: null });
  expect(await arrived).toEqual({ type: 'subscribe', after: null });
  port2.postMessage({ type: 'result', id: 1, value: 'yes' });
  await vi.waitFor(() => expect(listener.received).toHaveBeenCalledOnce());
  expect(listener.received).toHaveBeenCalledWith({ type: 'result', id: 1, value: 'yes' });
  port1.close();
});

it('says that it is lost when the other end is gone', async () => {
  const { give, listener } = opened();
  const { port1, port2 } = new MessageChannel();
  give(port1);
  port2.close();
  await vi.waitFor(() => expect(listener.lost).toHaveBeenCalledOnce());
});

it('goes on with a new port after a restart, and drops the old one', async () => {
  const { give, transport, listener } = opened();
  const old = new MessageChannel();
  const next = new MessageChannel();
  give(old.port1);
  give(next.port1);
  expect(listener.lost).toHaveBeenCalledOnce();
  expect(listener.opened).toHaveBeenCalledTimes(2);
  const arrived = new Promise((resolve) => next.port2.once('message', resolve));
  transport.send({ type: 'subscribe', after: null });
  await arrived;
  next.port1.close();
});
