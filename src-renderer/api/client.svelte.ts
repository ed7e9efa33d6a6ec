/** The application as the pages use it: typed calls, one stream of events without holes, and the state of the connection. */
import type {
  ApplicationEvent,
  NumberedEvent,
} from '../../src-main/contract/application-events.ts';
import { fromErrorRecord, WinnowError } from '../../src-main/contract/errors.ts';
import type { ServerMessage } from '../../src-main/contract/messages.ts';
import type {
  MethodName,
  MethodParameters,
  MethodResults,
} from '../../src-main/contract/methods.ts';
import type { Transport } from './transport.ts';

/** `connecting` before the first time; `lost` while it is tried again. */
export type Connection = 'connecting' | 'open' | 'lost';

/**
 * Asks anew for what was folded from events.
 * @param sequence what was asked for before this event happened is too old
 */
export type RefreshListener = (sequence: number) => Promise<unknown>;

export type EventListener = (event: ApplicationEvent, sequence: number) => void;

export interface Client {
  /** Reactive. */
  readonly connection: Connection;
  /**
   * Asks the application. Before the first connection it waits; throws what the method throws, connection-lost where the
   * connection is away or breaks before the answer.
   */
  call<Name extends MethodName>(
    method: Name,
    parameters: MethodParameters[Name],
  ): Promise<MethodResults[Name]>;
  /** Calls the listener for every event, in order, each once. Gives a function that ends it. */
  onEvent(listener: EventListener): () => void;
  /**
   * Calls the listener whenever events are missing, so that what was folded from them must be asked for anew: at the first
   * connection, and after an absence that was too long or in which the application was started again. Where its promise
   * fails, it is called again with the next connection.
   */
  onRefresh(listener: RefreshListener): () => void;
}

interface PendingCall {
  resolve: (value: unknown) => void;
  reject: (error: WinnowError) => void;
}

interface Position {
  start: string;
  sequence: number;
}

export function createClient(transport: Transport): Client {
  const pending = new Map<number, PendingCall>();
  const eventListeners = new Set<EventListener>();
  const refreshListeners = new Set<RefreshListener>();
  let connection = $state.raw<Connection>('connecting');
  let waiting: (() => void)[] = [];
  let lastId = 0;
  let position: Position | null = null;
  /** Somebody could not ask anew: going on from the position would leave a hole in what they know. */
  let hasHole = false;

  function opened(): void {
    connection = 'open';
    transport.send({ type: 'subscribe', after: hasHole ? null : position });
    for (const send of waiting) send();
    waiting = [];
  }

  function lost(): void {
    connection = 'lost';
    for (const { reject } of pending.values()) reject(connectionLost());
    pending.clear();
  }

  function refresh(sequence: number): void {
    hasHole = false;
    for (const listener of [...refreshListeners]) {
      listener(sequence).catch(() => (hasHole = true));
    }
  }

  function subscribed(start: string, sequence: number, complete: boolean): void {
    if (complete) return;
    position = { start, sequence };
    refresh(sequence);
  }

  function happened({ event, sequence }: NumberedEvent): void {
    if (position === null || sequence <= position.sequence) return;
    const missing = sequence > position.sequence + 1;
    position = { ...position, sequence };
    if (missing) refresh(sequence);
    for (const listener of [...eventListeners]) listener(event, sequence);
  }

  function received(message: ServerMessage): void {
    switch (message.type) {
      case 'result':
        settle(message.id, ({ resolve }) => resolve(message.value));
        break;
      case 'error':
        settle(message.id, ({ reject }) => reject(fromErrorRecord(message.error)));
        break;
      case 'event':
        happened(message);
        break;
      case 'subscribed':
        subscribed(message.start, message.sequence, message.complete);
        break;
      case 'refused':
        console.error('The application refused a message of this page:', message.error);
    }
  }

  function settle(id: number, how: (call: PendingCall) => void): void {
    const call = pending.get(id);
    if (call === undefined) return;
    pending.delete(id);
    how(call);
  }

  function ask(method: MethodName, parameters: unknown): Promise<unknown> {
    if (connection === 'lost') return Promise.reject(connectionLost());
    // Plain data: a message port cannot carry Svelte's proxies.
    const plain = $state.snapshot(parameters);
    return new Promise((resolve, reject) => {
      const send = (): void => {
        lastId += 1;
        pending.set(lastId, { resolve, reject });
        transport.send({ type: 'call', id: lastId, method, parameters: plain });
      };
      if (connection === 'open') send();
      else waiting.push(send);
    });
  }

  transport.start({ opened, lost, received });
  return {
    get connection() {
      return connection;
    },
    call: (method, parameters) => ask(method, parameters) as Promise<MethodResults[typeof method]>,
    onEvent: (listener) => addTo(eventListeners, listener),
    onRefresh: (listener) => addTo(refreshListeners, listener),
  };
}

function addTo<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function connectionLost(): WinnowError {
  return new WinnowError(
    'connection-lost',
    'The connection to Winnow was lost.',
    'It is being tried again. A run goes on meanwhile; try this once more when the connection is back.',
  );
}
