/** The prompt and settings of the next comparison; they survive a visit to another page. */
import { defaultSettings } from '../../src-main/contract/settings.ts';
import type { RunSettings } from '../../src-main/contract/run.ts';
import { comparison } from './comparison.svelte.ts';
import { facts } from './facts.svelte.ts';
import { preferences } from './preferences.svelte.ts';
import { leave } from './shown-comparison.ts';

let prompt = $state('');
let settings = $state<RunSettings | null>(null);

/** What a window begins with: a first run that takes a minute with the built-in models, and charts that show everything. */
const windowDefaults = { ...defaultSettings, candidates: 32, maxTokens: 128, observe: true };

/** The last choices, or the defaults with the built-in models. */
function firstSettings(): RunSettings {
  const { generator, reward } = facts.current.builtInModels;
  return preferences.current.lastSettings ?? { ...windowDefaults, generator, reward };
}

export const draft = {
  get prompt(): string {
    return prompt;
  },
  set prompt(text: string) {
    prompt = text;
  },
  /** Reactive and deep: `draft.settings.alpha = 0.7` is a change. */
  get settings(): RunSettings {
    if (settings === null) throw new Error('The draft is read before it has begun');
    return settings;
  },
  set settings(next: RunSettings) {
    settings = next;
  },
};

/** Fills in the last choices; called once, when facts and preferences are loaded. */
export function beginDraft(): void {
  settings ??= firstSettings();
}

/** Fills the form with what an earlier run had; the form is then what is wanted, not the result of the last run. */
export function duplicate(earlier: RunSettings, earlierPrompt: string): void {
  settings = $state.snapshot(earlier);
  prompt = earlierPrompt;
  leave(comparison.current);
}
