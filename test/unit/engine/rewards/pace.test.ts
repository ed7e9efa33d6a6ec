import { describe, expect, it } from 'vitest';
import { makePace } from '../../../../src-main/engine/rewards/pace.ts';

describe('the pace of scoring', () => {
  it('begins with two texts, since one costs as much', () => {
    expect(makePace(2048).rowsFor(128)).toBe(2);
  });

  it('fits a run into a fifth of a second once times are known', () => {
    const pace = makePace(2048);
    pace.note(128, 16, 160);
    expect(pace.rowsFor(128)).toBe(20);
  });

  it('grows fourfold at most from one run to the next', () => {
    const pace = makePace(2048);
    pace.note(32, 2, 1);
    expect(pace.rowsFor(32)).toBe(8);
    pace.note(32, 8, 4);
    expect(pace.rowsFor(32)).toBe(32);
  });

  it('estimates an unmeasured length from the nearest one', () => {
    const pace = makePace(2048);
    pace.note(64, 32, 160);
    pace.note(512, 1, 100);
    expect(pace.rowsFor(128)).toBe(20);
    expect(pace.rowsFor(480)).toBe(4);
  });

  it('scores at least two texts, however slow, and never more than memory is meant for', () => {
    const pace = makePace(2048);
    pace.note(512, 64, 1e9);
    expect(pace.rowsFor(512)).toBe(2);
    pace.note(512, 64, 1);
    expect(pace.rowsFor(512)).toBe(8);
    pace.note(32, 64, 1);
    expect(pace.rowsFor(32)).toBe(64);
  });

  it('gives no batch more memory than two texts that fill the window take, in attention', () => {
    const pace = makePace(512);
    pace.note(512, 64, 1);
    pace.note(64, 64, 1);
    expect([512, 256, 128, 64].map((length) => pace.rowsFor(length))).toEqual([2, 8, 16, 32]);
    expect([512, 256, 128, 64].map((length) => pace.mostRows(length))).toEqual([2, 8, 16, 32]);
    expect(pace.mostRows(32)).toBe(64);
  });

  it('keeps to a limit once it has one', () => {
    const pace = makePace(2048);
    pace.note(32, 64, 1);
    pace.limitTo(24);
    pace.limitTo(30);
    expect(pace.rowsFor(32)).toBe(24);
    pace.limitTo(1);
    expect(pace.rowsFor(32)).toBe(1);
  });
});
