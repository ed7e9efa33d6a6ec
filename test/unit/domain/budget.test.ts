import { describe, expect, it } from 'vitest';
import {
  automaticBudget,
  budgetHolding,
  budgetStarting,
  megabytes,
  requireOneRow,
  rowsAtTheStart,
  rowsToTheEnd,
  tokensThatFit,
  type CacheBudget,
} from '../../../src-main/domain/budget.ts';
import { cacheCost } from '../../../src-main/domain/cache-cost.ts';
import { plainCost } from '../../helpers/scripted-generator.ts';

const budget = (budgetBytes: number): CacheBudget => ({
  budgetBytes,
  maxTokens: 40,
  cost: plainCost(10),
});

describe('the budget', () => {
  it('holds as many rows as fit with the prompt, at full length and at 8 tokens', () => {
    expect(rowsToTheEnd(budget(129))).toBe(2);
    expect(rowsToTheEnd(budget(130))).toBe(3);
    expect(rowsToTheEnd(budget(49))).toBe(0);
    expect(rowsAtTheStart(budget(90))).toBe(10);
    expect(rowsAtTheStart(budget(90), 4)).toBe(4);
  });

  it('leaves tau tokens until the memory is full, at least one, and all that are left for one row', () => {
    expect(tokensThatFit(budget(90), 4, 0)).toBe(20);
    expect(tokensThatFit(budget(90), 4, 20)).toBe(1);
    expect(tokensThatFit(budget(90), 2, 20)).toBe(20);
    expect(tokensThatFit(budget(90), 1, 20)).toBe(20);
  });

  it('is never less than reading the prompt takes', () => {
    const cost = { ...plainCost(10), whileReading: 500 };
    const smallest = budgetHolding(1, 40, cost);
    expect(smallest).toBe(500);
    expect(automaticBudget(4, 40, cost)).toBe(500);
    expect(budgetStarting(4, 40, cost)).toBe(500);
    expect(rowsToTheEnd({ budgetBytes: 500, maxTokens: 40, cost })).toBe(12);
    expect(rowsAtTheStart({ budgetBytes: 499, maxTokens: 40, cost })).toBe(0);
    expect(() => {
      requireOneRow({ budgetBytes: 499, maxTokens: 40, cost });
    }).toThrow(
      expect.objectContaining({ details: { budgetBytes: 499, smallestBudgetBytes: 500 } }),
    );
  });

  it('is, by itself, what holds a quarter of the candidates at full length', () => {
    expect(automaticBudget(64, 40, plainCost(10))).toBe(10 + 16 * 40);
    expect(automaticBudget('fit', 40, plainCost(10))).toBe(10 + 16 * 40);
    expect(automaticBudget(5, 40, plainCost(10))).toBe(10 + 2 * 40);
    expect(automaticBudget(1, 40, plainCost(10))).toBe(10 + 40);
  });

  it('that is named as the smallest is the smallest', () => {
    const cost = cacheCost(
      { bytesPerToken: 23_040, blockTokens: 32, runTokens: 32, chunkTokens: 64, layers: 30 },
      35,
    );
    for (const rows of [1, 2, 7, 64]) {
      const holding = budgetHolding(rows, 128, cost);
      expect(rowsToTheEnd({ budgetBytes: holding, maxTokens: 128, cost })).toBe(rows);
      expect(rowsToTheEnd({ budgetBytes: holding - 1, maxTokens: 128, cost })).toBe(rows - 1);
    }
    for (const rows of [16, 64]) {
      const starting = budgetStarting(rows, 128, cost);
      expect(rowsAtTheStart({ budgetBytes: starting, maxTokens: 128, cost })).toBe(rows);
      expect(rowsAtTheStart({ budgetBytes: starting - 1, maxTokens: 128, cost })).toBe(rows - 1);
    }
  });

  it('that does not hold one row is refused with both numbers', () => {
    expect(() => {
      requireOneRow(budget(49));
    }).toThrow('The memory budget of 0.000049 MB does not hold even one answer of 40 tokens.');
    expect(() => {
      requireOneRow(budget(50));
    }).not.toThrow();
  });

  it.each([
    [128_000_000, '128 MB'],
    [12_340_001, '12.4 MB'],
    [1_234_001, '1.24 MB'],
    [999_001, '1 MB'],
    [50, '0.00005 MB'],
  ])('%i bytes are called %s, never less than they are', (bytes, words) => {
    expect(megabytes(bytes)).toBe(words);
  });
});
