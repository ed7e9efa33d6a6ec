/** What this installation and machine are. Loaded before the first page is shown. */
import { application } from '../api/application.ts';
import type { AppFacts } from '../../src-main/contract/methods.ts';

let loaded = $state.raw<AppFacts | null>(null);

export const facts = {
  /** Throws before `load` has ended; no page is shown until then. */
  get current(): AppFacts {
    if (loaded === null) throw new Error('The facts are read before they are loaded');
    return loaded;
  },
  async load(): Promise<void> {
    loaded = await application.call('app.facts', {});
  },
};
