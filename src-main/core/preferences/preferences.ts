/** What a person prefers, from the store: checked whenever it is read, because an older or newer Winnow may have written it. */
import * as v from 'valibot';
import {
  defaultPreferences,
  preferencesSchema,
  type Preferences,
} from '../../contract/preferences.ts';
import type { Store } from '../../store/store.ts';

/** All preferences; the default stands for each that is not stored or cannot be understood. */
export function getPreferences(store: Pick<Store, 'readPreferences'>): Preferences {
  const stored = store.readPreferences();
  const understood = Object.entries(preferencesSchema.entries).flatMap(([name, schema]) => {
    const read = v.safeParse(schema, stored[name]);
    return read.success ? [[name, read.output] as const] : [];
  });
  return { ...defaultPreferences, ...Object.fromEntries(understood) };
}

/** Changes some preferences and gives them all. */
export function savePreferences(
  store: Pick<Store, 'readPreferences' | 'writePreferences'>,
  changes: { [Name in keyof Preferences]?: Preferences[Name] | undefined },
): Preferences {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  store.writePreferences(Object.fromEntries(given));
  return getPreferences(store);
}
