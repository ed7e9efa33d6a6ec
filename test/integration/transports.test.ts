/** One application behaves alike over every transport. */
import { describe, expect, it } from 'vitest';
import { defaultPreferences } from '../../src-main/contract/preferences.ts';
import { PageClient } from '../helpers/page-client.ts';
import { longAnswer, nthEvent, smallApplication } from '../helpers/small-application.ts';
import { transports } from '../helpers/transports.ts';

const numbers = (client: PageClient): number[] => client.events.map(({ sequence }) => sequence);
const upTo = (last: number, first = 1): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe.each(Object.entries(transports))('over %s', (_name, transport) => {
  async function begin(application = smallApplication()) {
    const open = await transport(application);
    return {
      ...application,
      connect: async () => new PageClient(await open()),
    };
  }

  it('a call gives what its method gives', async () => {
    const { connect } = await begin();
    const page = await connect();
    expect(await page.call('preferences.get')).toEqual({ value: defaultPreferences });
    expect(await page.call('comparison.stop')).toEqual({ value: null });
    expect(await page.call('preferences.save', { theme: 'dark' })).toEqual({
      value: { ...defaultPreferences, theme: 'dark' },
    });
  });

  it('calls that run at once get their own answers', async () => {
    const { connect } = await begin();
    const page = await connect();
    const [long, theme, missing] = await Promise.all([
      page.call('app.licences'),
      page.call('preferences.save', { theme: 'light' }),
      page.call('runs.get', { id: 'x' }),
    ]);
    expect(JSON.stringify(long).length).toBeGreaterThan(longAnswer / 2);
    expect(theme).toMatchObject({ value: { theme: 'light' } });
    expect(missing).toMatchObject({ code: 'run-not-found' });
  });

  it('an error arrives with its code, its sentence, its way out and its details', async () => {
    const { connect } = await begin();
    const page = await connect();
    expect(await page.call('runs.get', { id: 'x' })).toEqual({
      code: 'run-not-found',
      message: 'There is no such run.',
      help: 'Look at the list.',
      details: { id: 'x' },
    });
    expect(await page.call('devices.list')).toMatchObject({ code: 'internal' });
  });

  it('a call that the contract does not have is refused, and the page can go on', async () => {
    const { connect } = await begin();
    const page = await connect();
    expect(await page.call('no.such')).toMatchObject({ code: 'message-invalid' });
    expect(await page.call('runs.get', { id: 7 })).toMatchObject({ code: 'message-invalid' });
    expect(await page.sendNonsense()).toMatchObject({ error: { code: 'message-invalid' } });
    expect(await page.call('comparison.stop')).toEqual({ value: null });
  });

  it('long texts arrive whole', async () => {
    const { connect } = await begin();
    const page = await connect();
    const generators = [...'abcdefghij'].map((letter) => letter.repeat(4096));
    expect(await page.call('preferences.save', { generators })).toMatchObject({
      value: { generators },
    });
  });

  it('events come in their order, from the subscription on', async () => {
    const { connect, events } = await begin();
    const page = await connect();
    events.publish(nthEvent(1));
    expect(await page.subscribe(null)).toMatchObject({ sequence: 1, complete: false });
    for (const n of upTo(50, 2)) events.publish(nthEvent(n));
    await page.until(50);
    expect(numbers(page)).toEqual(upTo(50, 2));
    expect(page.events.at(-1)?.event).toEqual(nthEvent(50));
  });

  it('a page that was away gets what it missed: nothing lost, nothing twice', async () => {
    const { connect, events } = await begin();
    const { start } = events;
    const first = await connect();
    await first.subscribe({ start, sequence: 0 });
    for (const n of upTo(20)) events.publish(nthEvent(n));
    await first.until(20);
    await first.leave();
    for (const n of upTo(40, 21)) events.publish(nthEvent(n));

    const second = await connect();
    const subscribed = second.subscribe({ start, sequence: 20 });
    for (const n of upTo(60, 41)) events.publish(nthEvent(n));
    expect(await subscribed).toMatchObject({ start, complete: true });
    await second.until(60);
    expect([...numbers(first), ...numbers(second)]).toEqual(upTo(60));
  });

  it('a subscription asked for again replaces the last one', async () => {
    const { connect, events } = await begin();
    const { start } = events;
    const page = await connect();
    await page.subscribe({ start, sequence: 0 });
    await page.subscribe({ start, sequence: 0 });
    for (const n of upTo(5)) events.publish(nthEvent(n));
    await page.until(5);
    expect(numbers(page)).toEqual(upTo(5));
  });

  it('two pages see the same events', async () => {
    const { connect, events } = await begin();
    const pages = [await connect(), await connect()];
    for (const page of pages) await page.subscribe(null);
    for (const n of upTo(5)) events.publish(nthEvent(n));
    for (const page of pages) await page.until(5);
    expect(pages.map(numbers)).toEqual([upTo(5), upTo(5)]);
  });

  it('a page that was away too long is told to look again', async () => {
    const { connect, events } = await begin(smallApplication(10));
    for (const n of upTo(100)) events.publish(nthEvent(n));
    const page = await connect();
    const { start } = events;
    expect(await page.subscribe({ start, sequence: 1 })).toMatchObject({
      sequence: 100,
      complete: false,
    });
    events.publish(nthEvent(101));
    await page.until(101);
    expect(numbers(page)).toEqual([101]);
  });

  it('a page that knows another start of the application is told to look again', async () => {
    const before = await begin();
    const page = await before.connect();
    const { start } = await page.subscribe(null);
    const { connect, events } = await begin();
    for (const n of upTo(3)) events.publish(nthEvent(n));
    const after = await connect();
    const subscribed = await after.subscribe({ start, sequence: 2 });
    expect(subscribed).toMatchObject({ start: events.start, sequence: 3, complete: false });
    expect(subscribed.start).not.toBe(start);
  });
});
