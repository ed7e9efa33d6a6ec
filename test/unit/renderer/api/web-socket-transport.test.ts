import { expect, it, vi } from 'vitest';
import {
  backOff,
  createWebSocketTransport,
  type Socket,
} from '../../../../src-renderer/api/web-socket-transport.ts';

/** Sockets that a test opens and closes, and the waits between them that it ends. */
function fakeNetwork() {
  const sockets: (Socket & { sent: string[] })[] = [];
  const waits: { milliseconds: number; end: () => void }[] = [];
  const transport = createWebSocketTransport({
    open() {
      const sent: string[] = [];
      const socket = {
        sent,
        onopen: null,
        onmessage: null,
        onclose: null,
        send: (text: string) => void sent.push(text),
      };
      sockets.push(socket);
      return socket;
    },
    wait: (milliseconds, end) => void waits.push({ milliseconds, end }),
  });
  const listener = { opened: vi.fn(), received: vi.fn(), lost: vi.fn() };
  transport.start(listener);
  return { transport, sockets, waits, listener };
}

it('carries messages as JSON text in both directions', () => {
  const { transport, sockets, listener } = fakeNetwork();
  sockets[0]?.onopen?.();
  transport.send({ type: 'subscribe', after: null });
  expect(sockets[0]?.sent).toEqual(['{"type":"subscribe","after":null}']);
  sockets[0]?.onmessage?.({ data: '{"type":"result","id":1,"value":null}' });
  expect(listener.received).toHaveBeenCalledWith({ type: 'result', id: 1, value: null });
});

it('opens a new socket after one was lost, and says both', () => {
  const { transport, sockets, waits, listener } = fakeNetwork();
  sockets[0]?.onopen?.();
  sockets[0]?.onclose?.();
  expect(listener.lost).toHaveBeenCalledOnce();
  transport.send({ type: 'subscribe', after: null });
  expect(sockets[0]?.sent).toEqual([]);
  waits[0]?.end();
  sockets[1]?.onopen?.();
  expect(listener.opened).toHaveBeenCalledTimes(2);
});

it('waits longer after each attempt that fails, and briefly again once one has succeeded', () => {
  const { sockets, waits, listener } = fakeNetwork();
  for (let attempt = 0; attempt < 3; attempt += 1) {
    sockets[attempt]?.onclose?.();
    waits[attempt]?.end();
  }
  sockets[3]?.onopen?.();
  sockets[3]?.onclose?.();
  expect(waits.map(({ milliseconds }) => milliseconds)).toEqual([250, 500, 1000, 250]);
  // What was never open is not lost.
  expect(listener.lost).toHaveBeenCalledOnce();
});

it('never waits longer than eight seconds', () => {
  expect(backOff(4)).toBe(4000);
  expect(backOff(50)).toBe(8000);
});
