/** An application small enough to look through, for tests of what carries calls and events: real dispatcher, real bus. */
import type { ApplicationEvent } from '../../src-main/contract/application-events.ts';
import { WinnowError } from '../../src-main/contract/errors.ts';
import { methodNames, type Handlers } from '../../src-main/contract/methods.ts';
import { defaultPreferences } from '../../src-main/contract/preferences.ts';
import { createEventBus } from '../../src-main/core/event-bus.ts';
import { createDispatcher } from '../../src-main/transport/dispatch.ts';
import type { ServedApplication } from '../../src-main/transport/serve-page.ts';

/** How many bytes of text `app.licences` answers with, which stands for a long answer here. */
export const longAnswer = 3_000_000;

/** @param kept how many events are kept for those who come back */
export function smallApplication(kept?: number): ServedApplication {
  const missing = (): Promise<never> =>
    Promise.reject(
      new WinnowError('run-not-found', 'There is no such run.', 'Look at the list.', { id: 'x' }),
    );
  const handlers = {
    ...Object.fromEntries(methodNames.map((name) => [name, missing])),
    'preferences.get': () => Promise.resolve(defaultPreferences),
    'preferences.save': (change: object) => Promise.resolve({ ...defaultPreferences, ...change }),
    'comparison.stop': () => Promise.resolve(null),
    'app.licences': () =>
      Promise.resolve([
        { name: 'long', version: '1', licence: 'MIT', text: 'ä'.repeat(longAnswer / 2) },
      ]),
    'devices.list': () => Promise.reject(new TypeError('a fault of ours')),
  } as unknown as Handlers;
  return { dispatch: createDispatcher(handlers), events: createEventBus(kept) };
}

/** An event that can be told from others. */
export const nthEvent = (n: number): ApplicationEvent => ({
  type: 'comparison-stopping',
  id: `event ${n}`,
});
