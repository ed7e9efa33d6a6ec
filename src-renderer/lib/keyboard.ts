/** Shortcuts as text ("Ctrl+Enter", "J"): whether a key press is one of them, and how it is shown on this system. */

export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/** `Ctrl` means ⌘ on a Mac. Others: Shift, Alt, then one key as `KeyboardEvent.key` names it, letters in upper case. */
export type Keys = string;

interface ParsedKeys {
  key: string;
  control: boolean;
  shift: boolean;
  alt: boolean;
}

function parse(keys: Keys): ParsedKeys {
  const parts = keys.split(/\+(?=.)/);
  return {
    key: (parts.at(-1) ?? '').toLowerCase(),
    control: parts.includes('Ctrl'),
    shift: parts.includes('Shift'),
    alt: parts.includes('Alt'),
  };
}

/** The person's machine is a Mac, or an iPad: ⌘ in place of Ctrl. */
export const usesCommandKey = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '');

/** Whether this key press is that shortcut. */
export function matches(event: KeyPress, keys: Keys, command = usesCommandKey): boolean {
  const { key, control, shift, alt } = parse(keys);
  if (event.key.toLowerCase() !== key) return false;
  const [main, other] = command ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
  // Signs such as "?" need Shift on some keyboards and not on others: there it is not asked about.
  const sign = key.length === 1 && !/[a-z0-9 ]/.test(key);
  return main === control && !other && event.altKey === alt && (sign || event.shiftKey === shift);
}

/** A shortcut of one plain sign, which would get in the way of typing. */
export function isSingleSign(keys: Keys): boolean {
  const { key, control, alt } = parse(keys);
  return key.length === 1 && !control && !alt;
}

const macSigns: Record<string, string> = { Ctrl: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↩' };
const names: Record<string, string> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  ' ': 'Space',
};

/** The parts of a shortcut as they stand on this system's keys: ["Ctrl", "Enter"] or ["⌘", "↩"]. */
export function keyLabels(keys: Keys, command = usesCommandKey): string[] {
  return keys
    .split(/\+(?=.)/)
    .map((part) => (command ? macSigns[part] : undefined) ?? names[part] ?? part);
}

/** Whether typing goes into this element, so that single letters are not for us. */
export function takesText(element: EventTarget | null): boolean {
  if (!(element instanceof HTMLElement)) return false;
  if (element.isContentEditable) return true;
  if (element instanceof HTMLInputElement) {
    return !['checkbox', 'radio', 'button', 'range', 'submit', 'reset'].includes(element.type);
  }
  return element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement;
}
