/** A two-way channel to one page, as plain messages: a message port, a WebSocket, or two functions in a test. */
import type { ServerMessage } from '../contract/messages.ts';

export interface Link {
  send(message: ServerMessage): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, when the page is gone. */
  onClose(listener: () => void): void;
  close(): void;
}
