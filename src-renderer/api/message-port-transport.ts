/** The way to the application from its own window: a message port that the preload passes on, and a new one after a restart. */
import { portMessage, type DesktopBridge } from '../../src-main/contract/desktop-bridge.ts';
import type { ServerMessage } from '../../src-main/contract/messages.ts';
import type { Transport, TransportListener } from './transport.ts';

export function createMessagePortTransport(
  bridge: Pick<DesktopBridge, 'connect'>,
  page: Window,
): Transport {
  let port: MessagePort | null = null;

  function leave(left: MessagePort, listener: TransportListener): void {
    if (port !== left) return;
    port = null;
    left.close();
    listener.lost();
  }

  function take(next: MessagePort, listener: TransportListener): void {
    if (port !== null) leave(port, listener);
    port = next;
    next.addEventListener('message', ({ data }: MessageEvent<ServerMessage>) => {
      if (port === next) listener.received(data);
    });
    next.addEventListener('close', () => leave(next, listener));
    next.start();
    listener.opened();
  }

  return {
    start(listener) {
      page.addEventListener('message', ({ source, data, ports: [next] }: MessageEvent<unknown>) => {
        if (source === page && data === portMessage && next !== undefined) take(next, listener);
      });
      bridge.connect();
    },
    send: (message) => port?.postMessage(message),
  };
}
