import { describe, expect, it } from 'vitest';
import type { ServerMessage } from '../../../src-main/contract/messages.ts';
import type { Link } from '../../../src-main/transport/link.ts';
import { servePage, type ServedApplication } from '../../../src-main/transport/serve-page.ts';
import { nthEvent, smallApplication } from '../../helpers/small-application.ts';

/** A page on a link that can break. */
class Page implements Link {
  readonly got: ServerMessage[] = [];
  closings = 0;
  /** Messages of which this is true cannot be sent. */
  isRefused: (message: ServerMessage) => boolean = () => false;
  say: (message: unknown) => void = () => undefined;
  private leave: () => void = () => undefined;

  constructor(application: ServedApplication) {
    servePage(this, application);
  }
  send(message: ServerMessage): void {
    if (this.isRefused(message)) throw new Error('could not be sent');
    this.got.push(message);
  }
  onMessage(listener: (message: unknown) => void): void {
    this.say = listener;
  }
  onClose(listener: () => void): void {
    this.leave = listener;
  }
  close(): void {
    this.closings += 1;
    this.leave();
  }
}

/** Lets what was called be answered. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const call = { type: 'call', id: 1, method: 'comparison.stop', parameters: {} };

describe('a page whose link breaks', () => {
  it('is closed, so that it comes back for what it missed, and others go on', () => {
    const application = smallApplication();
    const [broken, whole] = [new Page(application), new Page(application)];
    for (const page of [broken, whole]) page.say({ type: 'subscribe', after: null });
    broken.isRefused = ({ type }) => type === 'event';
    application.events.publish(nthEvent(1));
    application.events.publish(nthEvent(2));
    expect(broken.closings).toBe(1);
    expect([whole.closings, whole.got.length]).toEqual([0, 3]);
  });

  it('is closed where not even an error can be sent', async () => {
    const page = new Page(smallApplication());
    page.isRefused = () => true;
    page.say(call);
    await settled();
    expect(page.closings).toBe(1);
    page.say('nonsense');
    expect(page.closings).toBe(1);
  });

  it('is told nothing more where it breaks among what it missed', () => {
    const application = smallApplication();
    for (const n of [1, 2, 3]) application.events.publish(nthEvent(n));
    const page = new Page(application);
    const { start } = application.events;
    page.isRefused = (message) => message.type === 'event' && message.sequence === 2;
    page.say({ type: 'subscribe', after: { start, sequence: 0 } });
    application.events.publish(nthEvent(4));
    expect(page.got.map(({ type }) => type)).toEqual(['subscribed', 'event']);
    expect(page.closings).toBe(1);
  });

  it('gets an error where an answer alone cannot be sent', async () => {
    const page = new Page(smallApplication());
    page.isRefused = ({ type }) => type === 'result';
    page.say(call);
    await settled();
    expect(page.got).toMatchObject([{ type: 'error', id: 1, error: { code: 'internal' } }]);
    expect(page.closings).toBe(0);
  });
});
