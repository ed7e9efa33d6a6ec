import { expect, it } from 'vitest';
import { measureMemory } from '../../../src-main/engine/memory.ts';

it('measures memory that exists: the process fits into the machine', () => {
  const { totalBytes, availableBytes, residentBytes } = measureMemory();
  expect(residentBytes).toBeGreaterThan(1_000_000);
  expect(totalBytes).toBeGreaterThan(residentBytes);
  expect(availableBytes).toBeGreaterThan(0);
  expect(availableBytes).toBeLessThanOrEqual(totalBytes);
});
