/** A person's choices, the same in every window. A change shows at once and is taken back if it cannot be saved. */
import { application } from '../api/application.ts';
import { defaultPreferences, type Preferences } from '../../src-main/contract/preferences.ts';

let current = $state.raw<Preferences>(defaultPreferences);

export const preferences = {
  /** Reactive. */
  get current(): Preferences {
    return current;
  },
  async load(): Promise<void> {
    current = await application.call('preferences.get', {});
  },
  /** Throws where they could not be saved. */
  async change(change: Partial<Preferences>): Promise<void> {
    const before = current;
    current = { ...current, ...change };
    try {
      current = await application.call('preferences.save', change);
    } catch (error) {
      current = before;
      throw error;
    }
  },
};

application.onEvent((event) => {
  if (event.type === 'preferences-changed') void preferences.load();
});
