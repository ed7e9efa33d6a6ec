/** A way to the application: it opens, may be lost and open again; messages pass while it is open. */
import type { ClientMessage, ServerMessage } from '../../src-main/contract/messages.ts';

export interface TransportListener {
  opened: () => void;
  received: (message: ServerMessage) => void;
  /** The way is gone; the transport tries to open it again by itself. */
  lost: () => void;
}

export interface Transport {
  /** Begins to open it; called once. */
  start(listener: TransportListener): void;
  /** Only while it is open. */
  send(message: ClientMessage): void;
}
