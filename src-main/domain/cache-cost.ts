import type { CacheGeometry } from '../contract/engine.ts';

/** The most bytes that the cache takes; strategies keep these under the budget (paper.md: budget). */
export interface CacheCost {
  /** While the prompt is read. No budget can be smaller. */
  whileReading: number;
  /**
   * While `rows` rows are advanced by up to `tokens` tokens from `position` (answer tokens that each has already).
   * Never falls when any of the three grows.
   */
  whileAdvancing(rows: number, position: number, tokens: number): number;
}

/**
 * Counts what the engine's cache really holds (src-main/engine/generator/lane-cache.ts), the prompt's included:
 *
 * - every token of every row, once;
 * - the tokens of one graph run a second time: as the run's old and new state, then as its output and the copy of it
 *   that onnxruntime makes for JavaScript;
 * - the running block of one layer, joined and transposed, inside the graph.
 *
 * A chunk of the prompt is counted as a run of one row, whose running block is the chunk. Dropping rows takes nothing
 * more than what was there before, because it happens in place.
 * @param promptTokens how many tokens the lane's prompt has
 */
export function cacheCost(geometry: CacheGeometry, promptTokens: number): CacheCost {
  const { bytesPerToken, blockTokens, runTokens, chunkTokens, layers } = geometry;
  const prompt = promptTokens * bytesPerToken;
  const chunk = Math.min(promptTokens, chunkTokens);
  return {
    whileReading: prompt + Math.ceil(chunk * bytesPerToken * (1 + 2 / layers)),
    whileAdvancing(rows, position, tokens) {
      const end = position + tokens;
      const whole = end + Math.min(tokens, runTokens);
      const joined = (2 * Math.min(end, blockTokens)) / layers;
      return prompt + Math.ceil(rows * bytesPerToken * (whole + joined));
    },
  };
}
