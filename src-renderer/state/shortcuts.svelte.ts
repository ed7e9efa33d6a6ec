/** The keyboard shortcuts that work at this moment, each with what it does; the list of them is read from here too. */
import { untrack } from 'svelte';
import { isSingleSign, matches, takesText, type Keys } from '../lib/keyboard.ts';
import { preferences } from './preferences.svelte.ts';

export interface Shortcut {
  keys: Keys;
  label: string;
  /** Gives false to leave the key press to whatever else it means. */
  run: (event: KeyboardEvent) => unknown;
}

let active = $state.raw<Shortcut[]>([]);

export const shortcuts = {
  /** Reactive, in the order in which they came. */
  get active(): Shortcut[] {
    return active;
  },
};

/**
 * Registers a shortcut for as long as the component lives; called while it is set up.
 * Single signs ("J") work only where no field has the focus and the person has not turned them off.
 */
export function shortcut(keys: Keys, label: string, run: Shortcut['run']): void {
  $effect(() => registerShortcut({ keys, label, run }));
}

/** Registers a shortcut; gives a function that ends it. The last one that was registered comes first. */
export function registerShortcut(added: Shortcut): () => void {
  // The effect that registers one does not depend on the others.
  active = [...untrack(() => active), added];
  return () => {
    active = active.filter((one) => one !== added);
  };
}

/** Runs what a key press stands for, once however long the key is held. An open dialog keeps its keys to itself. */
export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || document.querySelector('dialog:modal')) return;
  const found = active.findLast(({ keys }) => matches(event, keys) && isAllowed(keys, event));
  if (found === undefined) return;
  // What the browser does with keys such as Ctrl+E is not wanted either while they are held.
  if (event.repeat ? !isSingleSign(found.keys) : found.run(event) !== false) event.preventDefault();
}

function isAllowed(keys: Keys, event: KeyboardEvent): boolean {
  if (!isSingleSign(keys)) return true;
  return preferences.current.letterShortcuts && !takesText(event.target);
}

/** Does what a shortcut stands for now, as if it were pressed; for the native menu. */
export function runShortcut(keys: Keys): void {
  active.findLast((one) => one.keys === keys)?.run(new KeyboardEvent('keydown'));
}
