import { once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { longestMessage, type ServerMessage } from '../../../src-main/contract/messages.ts';
import type { Link } from '../../../src-main/transport/link.ts';
import {
  fromElectronPort,
  isLongerThan,
  portLink,
} from '../../../src-main/transport/message-port.ts';
import { fromNodePort } from '../../helpers/node-port.ts';
import { MessageChannelMain } from '../../mocks/electron.ts';

const answer: ServerMessage = { type: 'result', id: 1, value: { text: 'é', rewards: [0.5] } };

describe('a link over a port of Node', () => {
  let page: MessagePort;
  let link: Link;
  const heard: unknown[] = [];

  beforeEach(() => {
    const { port1, port2 } = new MessageChannel();
    page = port1;
    link = portLink(fromNodePort(port2));
    heard.length = 0;
  });
  afterEach(() => page.close());

  it('carries messages as they are, those sent before anybody listened too', async () => {
    page.postMessage({ type: 'call', id: 1 });
    const heardOne = new Promise((resolve) => link.onMessage(resolve));
    expect(await heardOne).toEqual({ type: 'call', id: 1 });
    link.send(answer);
    expect(await once(page, 'message')).toEqual([answer]);
  });

  it('tells once that the page is gone, and says nothing to it afterwards', async () => {
    let told = 0;
    const gone = new Promise<void>((resolve) =>
      link.onClose(() => {
        told += 1;
        resolve();
      }),
    );
    link.onMessage(() => undefined);
    page.close();
    await gone;
    link.send(answer);
    link.close();
    expect(told).toBe(1);
  });

  it('closes for the page too', async () => {
    link.close();
    await once(page, 'close');
  });

  it('refuses a message that is too long, and lets its call fail', async () => {
    link.onMessage((message) => heard.push(message));
    page.postMessage({ type: 'call', id: 7, parameters: 'x'.repeat(longestMessage) });
    expect(await once(page, 'message')).toMatchObject([
      { type: 'error', id: 7, error: { code: 'message-invalid' } },
    ]);
    page.postMessage(new Uint8Array(longestMessage + 1));
    expect(await once(page, 'message')).toMatchObject([{ type: 'refused' }]);
    expect(heard).toEqual([]);
  });

  it('takes a prompt of the greatest length', async () => {
    const prompt = 'x'.repeat(1_000_000);
    const heardOne = new Promise((resolve) => link.onMessage(resolve));
    page.postMessage({ type: 'call', id: 1, parameters: { prompt } });
    expect(await heardOne).toMatchObject({ parameters: { prompt } });
  });
});

describe('a link over a port of Electron', () => {
  it('takes the message out of its event', () => {
    const { port1: page, port2 } = new MessageChannelMain();
    const link = portLink(fromElectronPort(port2));
    const heard: unknown[] = [];
    page.on('message', ({ data }: { data: unknown }) => heard.push(data));
    page.start();
    page.postMessage({ type: 'call' });
    link.onMessage((message) => heard.push(message));
    link.send(answer);
    expect(heard).toEqual([{ type: 'call' }, answer]);
  });
});

describe('the estimate of a length', () => {
  it('counts texts, keys, numbers and bytes, wherever they are', () => {
    const long = 'x'.repeat(100);
    for (const message of [
      long,
      [[long]],
      { [long]: 1 },
      { a: { b: [long] } },
      Array.from({ length: 100 }, () => 1),
      new Array(1000),
      new Uint8Array(100),
      new ArrayBuffer(100),
      new Map([['a', long]]),
      new Set([long]),
    ]) {
      expect(isLongerThan(message, 90)).toBe(true);
      expect(isLongerThan(message, 2000)).toBe(false);
    }
  });

  it('comes to an end where a message holds itself', () => {
    const round: { self?: unknown } = {};
    round.self = round;
    expect(isLongerThan(round, 1000)).toBe(true);
  });
});
