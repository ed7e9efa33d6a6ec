import { expect, it, vi } from 'vitest';
import { createPacer } from '../../../../src-renderer/lib/pacer.ts';
import { createFakePaint } from '../helpers/fake-paint.ts';

it('runs once for everything that asked within the interval', () => {
  const paint = createFakePaint();
  const run = vi.fn();
  const pacer = createPacer(100, run, paint.surroundings);
  pacer.now();
  pacer.soon();
  pacer.soon();
  paint.pass(60);
  expect(run).toHaveBeenCalledTimes(1);
  pacer.soon();
  paint.pass(60);
  expect(run).toHaveBeenCalledTimes(2);
  paint.pass(1000);
  expect(run).toHaveBeenCalledTimes(2);
});

it('does not run once that was cancelled, until it is asked again', () => {
  const paint = createFakePaint();
  const run = vi.fn();
  const pacer = createPacer(100, run, paint.surroundings);
  pacer.soon();
  pacer.cancel();
  paint.pass(1000);
  expect(run).not.toHaveBeenCalled();
  pacer.soon();
  paint.pass(1000);
  expect(run).toHaveBeenCalledTimes(1);
});

it('runs at once when it must, and not again for what was asked before', () => {
  const paint = createFakePaint();
  const run = vi.fn();
  const pacer = createPacer(100, run, paint.surroundings);
  pacer.soon();
  pacer.now();
  expect(run).toHaveBeenCalledTimes(1);
  paint.pass(1000);
  expect(run).toHaveBeenCalledTimes(1);
});
