import { expect, it } from 'vitest';
import { placeBeside } from '../../../../src-renderer/lib/floating.ts';

const viewport = { width: 800, height: 600 };
const panel = { width: 200, height: 100 };
const anchorAt = (left: number, top: number) => ({ left, top, right: left + 40, bottom: top + 20 });

it('stands under its anchor, at the side that was asked for', () => {
  expect(placeBeside(anchorAt(300, 50), panel, viewport)).toEqual({ left: 300, top: 76 });
  expect(placeBeside(anchorAt(300, 50), panel, viewport, 'end')).toEqual({ left: 140, top: 76 });
});

it('stands above where there is no room below', () => {
  expect(placeBeside(anchorAt(300, 560), panel, viewport).top).toBe(454);
});

it('never leaves the window', () => {
  expect(placeBeside(anchorAt(780, 50), panel, viewport).left).toBe(592);
  expect(placeBeside(anchorAt(2, 50), panel, viewport, 'end').left).toBe(8);
  expect(placeBeside(anchorAt(2, 50), panel, { width: 800, height: 90 }).top).toBeGreaterThan(0);
});
