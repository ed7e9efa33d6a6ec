/** A page as the transports see one: it calls, subscribes, and keeps what comes. */
import type { ApplicationEvent } from '../../src-main/contract/application-events.ts';
import type { ErrorRecord } from '../../src-main/contract/errors.ts';
import type { ClientMessage, ServerMessage } from '../../src-main/contract/messages.ts';

/** One connection of a page to the application. */
export interface PageConnection {
  send(message: ClientMessage | { type: string }): void;
  onMessage(listener: (message: ServerMessage) => void): void;
  /** Ends it as a page does that is closed; resolves when the application has seen it. */
  leave(): Promise<void>;
}

type Subscribed = Extract<ServerMessage, { type: 'subscribed' }>;

export class PageClient {
  /** Every event that came, in the order in which it came. */
  readonly events: { sequence: number; event: ApplicationEvent }[] = [];
  private readonly connection: PageConnection;
  private lastId = 0;
  private waiting: {
    wanted: (message: ServerMessage) => boolean;
    got: (message: ServerMessage) => void;
  }[] = [];

  constructor(connection: PageConnection) {
    this.connection = connection;
    connection.onMessage((message) => {
      if (message.type === 'event') this.events.push(message);
      const wanted = this.waiting.filter((one) => one.wanted(message));
      this.waiting = this.waiting.filter((one) => !wanted.includes(one));
      for (const one of wanted) one.got(message);
    });
  }

  /** The value of a call, or the record of its error. */
  async call(method: string, parameters: unknown = {}): Promise<{ value: unknown } | ErrorRecord> {
    const id = (this.lastId += 1);
    const answer = this.next((message) => 'id' in message && message.id === id);
    this.connection.send({ type: 'call', id, method, parameters });
    const message = await answer;
    if (message.type === 'error') return message.error;
    return { value: message.type === 'result' ? message.value : undefined };
  }

  async subscribe(after: { start: string; sequence: number } | null): Promise<Subscribed> {
    const answer = this.next((message) => message.type === 'subscribed');
    this.connection.send({ type: 'subscribe', after });
    return (await answer) as Subscribed;
  }

  /** Sends something that is no message of the contract, and gives what comes back. */
  async sendNonsense(): Promise<ServerMessage> {
    const answer = this.next((message) => message.type === 'refused');
    this.connection.send({ type: 'nonsense' });
    return answer;
  }

  /** Resolves once the event of this number has come. */
  async until(sequence: number): Promise<void> {
    if (this.events.some((event) => event.sequence === sequence)) return;
    await this.next((message) => message.type === 'event' && message.sequence === sequence);
  }

  leave(): Promise<void> {
    return this.connection.leave();
  }

  private next(wanted: (message: ServerMessage) => boolean): Promise<ServerMessage> {
    return new Promise((got) => this.waiting.push({ wanted, got }));
  }
}
