import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../../../src-main/contract/recording.ts';
import { isShown, leave } from '../../../../src-renderer/state/shown-comparison.ts';

describe('the page of new comparisons', () => {
  const ended = { id: 'a', prompt: 'Why?', phase: 'ended' } as Comparison;

  it('shows a comparison that is under way, whatever is in the form', () => {
    expect(isShown({ ...ended, phase: 'running' }, 'Something else')).toBe(true);
  });

  it('shows one that ended while nobody looked', () => {
    expect(isShown(ended, '')).toBe(true);
    expect(isShown(ended, 'Why?')).toBe(true);
  });

  it('shows the form where it was filled with something else', () => {
    expect(isShown(ended, 'Something else')).toBe(false);
  });

  it('shows the form once the person has left the result', () => {
    leave({ ...ended, id: 'b' });
    expect(isShown({ ...ended, id: 'b' }, 'Why?')).toBe(false);
    leave({ ...ended, id: 'c', phase: 'running' });
    expect(isShown({ ...ended, id: 'c' }, 'Why?')).toBe(true);
  });
});
