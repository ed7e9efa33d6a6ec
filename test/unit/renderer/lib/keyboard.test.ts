import { describe, expect, it } from 'vitest';
import {
  isSingleSign,
  keyLabels,
  matches,
  type KeyPress,
} from '../../../../src-renderer/lib/keyboard.ts';

function press(key: string, held: Partial<KeyPress> = {}): KeyPress {
  return { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held };
}

describe('a shortcut', () => {
  it('is Ctrl on most systems and ⌘ on a Mac, never both', () => {
    expect(matches(press('k', { ctrlKey: true }), 'Ctrl+K', false)).toBe(true);
    expect(matches(press('k', { metaKey: true }), 'Ctrl+K', false)).toBe(false);
    expect(matches(press('k', { metaKey: true }), 'Ctrl+K', true)).toBe(true);
    expect(matches(press('k', { ctrlKey: true, metaKey: true }), 'Ctrl+K', true)).toBe(false);
  });

  it('is not meant while another key is held', () => {
    expect(matches(press('D'), 'D', false)).toBe(true);
    expect(matches(press('d', { ctrlKey: true }), 'D', false)).toBe(false);
    expect(matches(press('D', { shiftKey: true }), 'D', false)).toBe(false);
    expect(matches(press('d', { altKey: true }), 'D', false)).toBe(false);
  });

  it('of a sign is meant however the keyboard makes the sign', () => {
    expect(matches(press('/', { ctrlKey: true, shiftKey: true }), 'Ctrl+/', false)).toBe(true);
    expect(matches(press('+', { ctrlKey: true }), 'Ctrl++', false)).toBe(true);
  });

  it('gets in the way of typing where it is one plain sign', () => {
    expect(['J', '1', '?', 'Shift+J'].map(isSingleSign)).toEqual([true, true, true, true]);
    expect(['Escape', 'Ctrl+K', 'Alt+J', 'ArrowLeft'].some(isSingleSign)).toBe(false);
  });

  it('is shown as it stands on the keys', () => {
    expect(keyLabels('Ctrl+Enter', false)).toEqual(['Ctrl', 'Enter']);
    expect(keyLabels('Ctrl+Enter', true)).toEqual(['⌘', '↩']);
    expect(keyLabels('ArrowLeft', false)).toEqual(['←']);
  });
});
