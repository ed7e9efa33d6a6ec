/** A port of worker_threads, whose clones are those of Electron's, as the application takes ports. */
import type { MessagePort } from 'node:worker_threads';
import type { Port } from '../../src-main/transport/message-port.ts';

export const fromNodePort = (port: MessagePort): Port => ({
  post: (message) => port.postMessage(message),
  onMessage: (listener) => void port.on('message', listener),
  onClose: (listener) => void port.once('close', listener),
  start: () => port.start(),
  close: () => port.close(),
});
