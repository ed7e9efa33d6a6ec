/** What Winnow remembers of a person's choices, for every window of this machine. */
import * as v from 'valibot';
import type { RunSettings } from './run.ts';
import { runSettingsSchema } from './settings.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export interface Preferences {
  theme: Theme;
  /** Show the exact numbers behind "More" from the start. */
  showNumbers: boolean;
  /** Single letters work as shortcuts (WCAG 2.1.4 asks for a switch). */
  letterShortcuts: boolean;
  /** The sample has been seen, so the first page is the form. */
  welcomed: boolean;
  /** The settings of the last comparison; null: the defaults and the built-in models. */
  lastSettings: RunSettings | null;
  /** Models that were opened, the last one first. */
  generators: string[];
  rewards: string[];
}

export const defaultPreferences: Preferences = {
  theme: 'system',
  showNumbers: false,
  letterShortcuts: true,
  welcomed: false,
  lastSettings: null,
  generators: [],
  rewards: [],
};

/** Of each kind. */
export const mostRememberedModels = 20;

const path = v.pipe(v.string(), v.maxLength(4096));
const paths = v.pipe(v.array(path), v.maxLength(mostRememberedModels));

export const preferencesSchema = v.strictObject({
  theme: v.picklist(themes),
  showNumbers: v.boolean(),
  letterShortcuts: v.boolean(),
  welcomed: v.boolean(),
  lastSettings: v.nullable(runSettingsSchema),
  generators: paths,
  rewards: paths,
}) satisfies v.GenericSchema<unknown, Preferences>;
