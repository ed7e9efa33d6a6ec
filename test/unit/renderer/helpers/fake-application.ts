/** An application at the other end of a page's transport: what it was sent, and what it answers when a test says so. */
import type { ClientMessage, ServerMessage } from '../../../../src-main/contract/messages.ts';
import type { Transport, TransportListener } from '../../../../src-renderer/api/transport.ts';

export interface FakeApplication {
  transport: Transport;
  /** Everything that the page sent, the oldest first. */
  sent: ClientMessage[];
  open(): void;
  lose(): void;
  say(message: ServerMessage): void;
  /** Answers the last call of a method. */
  answer(method: string, value: unknown): void;
}

export function createFakeApplication(): FakeApplication {
  const sent: ClientMessage[] = [];
  let listener: TransportListener | undefined;
  const page = (): TransportListener => {
    if (listener === undefined) throw new Error('The page has not started its transport');
    return listener;
  };
  return {
    sent,
    transport: {
      start: (started) => void (listener = started),
      send: (message) => void sent.push(message),
    },
    open: () => page().opened(),
    lose: () => page().lost(),
    say: (message) => page().received(message),
    answer(method, value) {
      const call = sent.findLast((message) => message.type === 'call' && message.method === method);
      if (call?.type !== 'call') throw new Error(`${method} was not called`);
      page().received({ type: 'result', id: call.id, value });
    },
  };
}
