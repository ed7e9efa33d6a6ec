/** Every way in which a page reaches the application, as one thing to test against. */
import { MessageChannel } from 'node:worker_threads';
import { onTestFinished } from 'vitest';
import type { ServerMessage } from '../../src-main/contract/messages.ts';
import type { Link } from '../../src-main/transport/link.ts';
import { portLink } from '../../src-main/transport/message-port.ts';
import { servePage, type ServedApplication } from '../../src-main/transport/serve-page.ts';
import { fromNodePort } from './node-port.ts';
import type { PageConnection } from './page-client.ts';
import { openSocket, serveForTest } from './served-application.ts';

/** Makes an application reachable; gives what opens a connection to it. */
export type Transport = (application: ServedApplication) => Promise<() => Promise<PageConnection>>;

/** Two functions: what a message is like before anything carries it. */
const inProcess: Transport = (application) =>
  Promise.resolve(() => {
    let toPage: (message: ServerMessage) => void = () => undefined;
    let toApplication: (message: unknown) => void = () => undefined;
    let closed: () => void = () => undefined;
    const link: Link = {
      send: (message) => toPage(message),
      onMessage: (listener) => void (toApplication = listener),
      onClose: (listener) => void (closed = listener),
      close: () => closed(),
    };
    servePage(link, application);
    return Promise.resolve({
      send: (message) => toApplication(message),
      onMessage: (listener) => void (toPage = listener),
      leave: () => Promise.resolve(closed()),
    });
  });

/** The ports of worker_threads, whose clones are those of Electron's. */
const messagePort: Transport = (application) =>
  Promise.resolve(() => {
    const { port1, port2 } = new MessageChannel();
    onTestFinished(() => port2.close());
    const gone = new Promise<void>((resolve) => port1.once('close', resolve));
    servePage(portLink(fromNodePort(port1)), application);
    return Promise.resolve({
      send: (message) => port2.postMessage(message),
      onMessage: (listener) => void port2.on('message', listener),
      async leave() {
        port2.close();
        await gone;
      },
    });
  });

const webSocket: Transport = async (application) => {
  const served = await serveForTest({ application });
  return async () => {
    const socket = await openSocket(served);
    return {
      send: (message) => socket.send(JSON.stringify(message)),
      onMessage: (listener) =>
        void socket.on('message', (data: Buffer) =>
          listener(JSON.parse(data.toString('utf8')) as ServerMessage),
        ),
      async leave() {
        const gone = new Promise((resolve) => socket.once('close', resolve));
        socket.close();
        await gone;
      },
    };
  };
};

export const transports: Record<string, Transport> = { inProcess, messagePort, webSocket };
