/** The way to the application from a browser: a WebSocket to where the page came from, opened again whenever it breaks. */
import type { ServerMessage } from '../../src-main/contract/messages.ts';
import type { Transport, TransportListener } from './transport.ts';

/** What is used of a WebSocket. */
export interface Socket {
  send(text: string): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: string }) => void) | null;
  onclose: (() => void) | null;
}

export interface WebSocketSurroundings {
  /** Opens a socket to the application. */
  open: () => Socket;
  /** Calls back after so many milliseconds, or sooner where the network has just come back. */
  wait: (milliseconds: number, callback: () => void) => void;
}

const shortestWait = 250;
const longestWait = 8000;

/** How long to wait before the attempt of this number, 0 for the first: twice as long each time, up to 8 seconds. */
export function backOff(attempt: number): number {
  return Math.min(longestWait, shortestWait * 2 ** attempt);
}

export function createWebSocketTransport({ open, wait }: WebSocketSurroundings): Transport {
  let socket: Socket | null = null;
  let attempt = 0;

  function connect(listener: TransportListener): void {
    const opening = open();
    opening.onopen = () => {
      socket = opening;
      attempt = 0;
      listener.opened();
    };
    opening.onmessage = ({ data }) => listener.received(JSON.parse(data) as ServerMessage);
    opening.onclose = () => {
      if (socket === opening) {
        socket = null;
        listener.lost();
      }
      wait(backOff(attempt), () => connect(listener));
      attempt += 1;
    };
  }

  return {
    start: connect,
    send: (message) => socket?.send(JSON.stringify(message)),
  };
}

/** The browser's own. */
export const browserSurroundings: WebSocketSurroundings = {
  open: () => new WebSocket(new URL('connect', location.href.replace(/^http/, 'ws'))) as Socket,
  wait(milliseconds, callback) {
    const sooner = (): void => {
      clearTimeout(timer);
      removeEventListener('online', sooner);
      callback();
    };
    const timer = setTimeout(sooner, milliseconds);
    addEventListener('online', sooner);
  },
};
