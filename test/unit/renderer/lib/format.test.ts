import { describe, expect, it } from 'vitest';
import {
  bytes,
  clock,
  count,
  counted,
  difference,
  duration,
  machineMemory,
  ordinal,
  percent,
  reward,
  seconds,
  shortDate,
} from '../../../../src-renderer/lib/format.ts';

describe('numbers', () => {
  it('have a true minus sign, and none on zero', () => {
    expect(reward(2.31)).toBe('2.31');
    expect(reward(-1.834)).toBe('−1.83');
    expect(reward(-0.001)).toBe('0.00');
    expect(reward(null)).toBe('–');
    expect(difference(0.214)).toBe('+0.21');
    expect(difference(-0.05)).toBe('−0.05');
    expect(difference(0.001)).toBe('0.00');
  });

  it('have thin spaces between thousands from five digits on', () => {
    expect(count(1234)).toBe('1234');
    expect(count(12345)).toBe('12\u202f345');
    expect(count(1234567)).toBe('1\u202f234\u202f567');
  });

  it('agree with their nouns', () => {
    expect(counted(1, 'answer')).toBe('1 answer');
    expect(counted(12, 'answer')).toBe('12 answers');
    expect(counted(0, 'entry', 'entries')).toBe('0 entries');
  });

  it('are shares and places too', () => {
    expect(percent(0.414)).toBe('41\u202f%');
    expect([1, 2, 3, 4, 11, 12, 13, 21, 112].map(ordinal)).toEqual([
      '1st',
      '2nd',
      '3rd',
      '4th',
      '11th',
      '12th',
      '13th',
      '21st',
      '112th',
    ]);
  });
});

describe('times', () => {
  it('are told as precisely as they are long', () => {
    expect(duration(320)).toBe('320 ms');
    expect(duration(999.6)).toBe('1.0 s');
    expect(seconds(9_400)).toBe('9.4 s');
    expect(seconds(99_960)).toBe('1 min 40 s');
    expect(seconds(125_400)).toBe('2 min 05 s');
    expect(clock(12_900)).toBe('0:12');
    expect(clock(725_000)).toBe('12:05');
  });

  it('of today and yesterday need no date', () => {
    const now = new Date(2026, 2, 2, 0, 30);
    expect(shortDate(new Date(2026, 2, 2, 0, 10).toISOString(), now)).toMatch(/^today, /);
    expect(shortDate(new Date(2026, 2, 1, 23, 50).toISOString(), now)).toMatch(/^yesterday, /);
    expect(shortDate(new Date(2026, 1, 28, 23, 50).toISOString(), now)).toMatch(/2026/);
  });
});

it('sizes are in units of a thousand, the memory of a machine as it is sold', () => {
  expect(bytes(0)).toBe('0 kB');
  expect(bytes(58_000)).toBe('58.0 kB');
  expect(bytes(48_300_000)).toBe('48.3 MB');
  expect(bytes(1_910_000_000)).toBe('1.91 GB');
  expect(machineMemory(16.6e9)).toBe('15 GB');
  expect(machineMemory(2 ** 34 - 3e8)).toBe('16 GB');
});
