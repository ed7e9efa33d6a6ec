import { describe, expect, it } from 'vitest';
import { scrollTo, shareOf } from '../../../../../src-renderer/components/answers/linked-scroll.ts';

const text = (scrollTop: number, scrollHeight: number, clientHeight = 100) => ({
  scrollTop,
  scrollHeight,
  clientHeight,
});

describe('texts that scroll together', () => {
  it('each in proportion to its own length', () => {
    const other = text(0, 1100);
    expect(scrollTo(other, shareOf(text(50, 200)))).toBe(true);
    expect(other.scrollTop).toBe(500);
  });

  it('a text that is shown whole stays where it is', () => {
    expect(shareOf(text(0, 80))).toBe(0);
    expect(scrollTo(text(0, 80), 1)).toBe(false);
  });

  it('one that is there already does not move, so that nobody waits for its answer', () => {
    expect(scrollTo(text(500, 1100), 0.5)).toBe(false);
  });
});
