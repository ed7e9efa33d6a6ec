/** Links to pages over WebSockets: JSON texts both ways, on connections that were let in already. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { longestMessage } from '../contract/messages.ts';
import type { Link } from './link.ts';

export interface WebSocketOptions {
  /** How often a page that is silent is asked whether it is still there. */
  heartbeatMilliseconds?: number;
  /** How many bytes may wait for a page that does not read. */
  mostBytesWaiting?: number;
}

export interface WebSocketDoor {
  /** Makes a connection a link. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends every link. */
  close(): void;
}

/** Three silent heartbeats end a link: a long answer through a slow tunnel keeps the question waiting behind it. */
const mostSilentBeats = 3;

/** Close codes of RFC 6455. */
const closeCodes = { goingAway: 1001, unsupportedData: 1003 };

/** @param onLink gets each new link */
export function createWebSocketDoor(
  onLink: (link: Link) => void,
  { heartbeatMilliseconds = 10_000, mostBytesWaiting = 64 * 2 ** 20 }: WebSocketOptions = {},
): WebSocketDoor {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    maxPayload: longestMessage,
    perMessageDeflate: false,
  });
  return {
    upgrade(request, socket, head) {
      server.handleUpgrade(request, socket, head, (page) => {
        endWhenSilent(page, heartbeatMilliseconds);
        onLink(linkTo(page, mostBytesWaiting));
      });
    },
    close() {
      for (const page of server.clients) {
        page.close(closeCodes.goingAway);
        page.terminate();
      }
      server.close();
    },
  };
}

function linkTo(page: WebSocket, mostBytesWaiting: number): Link {
  // A message that is too long, or broken, closes the socket with the right code; there is nothing else to do about it.
  page.on('error', () => undefined);
  return {
    send(message) {
      if (page.readyState !== page.OPEN) return;
      // What waits is what the page did not take: one long message alone is no reason to give it up.
      if (page.bufferedAmount > mostBytesWaiting) page.terminate();
      else page.send(JSON.stringify(message));
    },
    onMessage(listener) {
      page.on('message', (data: RawData, isBinary) => {
        if (isBinary) page.close(closeCodes.unsupportedData, 'Winnow reads text only.');
        else listener(parsed(data));
      });
    },
    onClose: (listener) => void page.once('close', () => listener()),
    close: () => page.close(closeCodes.goingAway),
  };
}

/** What is no JSON is undefined, which no message of the contract is. */
function parsed(data: RawData): unknown {
  try {
    // As text, data is one Buffer: `ws` gives others only to who asks for them.
    return JSON.parse((data as Buffer).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** A tunnel that died closes nothing: the page's silence has to be noticed. */
function endWhenSilent(page: WebSocket, milliseconds: number): void {
  let silentBeats = 0;
  const heard = (): void => {
    silentBeats = 0;
  };
  const beat = setInterval(() => {
    if (silentBeats >= mostSilentBeats) return page.terminate();
    silentBeats += 1;
    page.ping();
  }, milliseconds);
  page.on('pong', heard);
  page.on('message', heard);
  page.once('close', () => clearInterval(beat));
}
