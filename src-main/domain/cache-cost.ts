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
 * Counts what the engine's cache really holds, the prompt's included.
 * @param promptTokens how many tokens the lane's prompt has
 */
export function cacheCost(geometry: CacheGeometry, promptTokens: number): CacheCost {
  const { layout = 'shared' } = geometry;
  return layout === 'shared'
    ? sharedCost(geometry, promptTokens)
    : copiedCost(geometry, promptTokens, layout);
}

/**
 * For the graphs that Winnow builds (src-main/engine/generator/lane-cache.ts):
 *
 * - every token of every row, once;
 * - the tokens of one graph run a second time: as the run's old and new state, then as its output and the copy of it
 *   that onnxruntime makes for JavaScript;
 * - the running block of one layer, joined and transposed, inside the graph.
 *
 * Where the cache is copied to grow, also the whole running block of all layers, and everything else of one layer.
 *
 * A chunk of the prompt is counted as a run of one row, whose running block is the chunk. Dropping rows takes nothing
 * more than what was there before, because it happens in place.
 */
function sharedCost(geometry: CacheGeometry, promptTokens: number): CacheCost {
  const { bytesPerToken, blockTokens, runTokens, chunkTokens, layers, copied = false } = geometry;
  const prompt = promptTokens * bytesPerToken;
  const chunk = Math.min(promptTokens, chunkTokens);
  return {
    whileReading:
      prompt + Math.ceil(chunk * bytesPerToken * (1 + 2 / layers) + (copied ? prompt / layers : 0)),
    whileAdvancing(rows, position, tokens) {
      const end = position + tokens;
      const whole = end + (copied ? Math.min(end, blockTokens) : Math.min(tokens, runTokens));
      const joined = (2 * Math.min(end, blockTokens) + (copied ? end : 0)) / layers;
      return prompt + Math.ceil(rows * bytesPerToken * (whole + joined));
    },
  };
}

/**
 * For graphs that were exported elsewhere (src-main/engine/onnx/export-decoder.ts): the prompt once, for rows that are
 * begun later; every row's prompt and answer; and while a run ends, the new cache of its rows beside the old one, twice,
 * since onnxruntime copies it. Where rows run together, a lone one has a companion; where they run apart, the second
 * copy is one row's. The prompt's last token is read by the rows.
 */
function copiedCost(
  { bytesPerToken, chunkTokens }: CacheGeometry,
  promptTokens: number,
  layout: 'together' | 'apart',
): CacheCost {
  const read = Math.max(promptTokens - 1, 0);
  const beforeLastChunk = Math.floor(Math.max(read - 1, 0) / chunkTokens) * chunkTokens;
  return {
    whileReading: (beforeLastChunk + 2 * read) * bytesPerToken,
    whileAdvancing(rows, position, tokens) {
      const held = layout === 'together' && rows === 1 ? 2 : rows;
      const before = read + position + Math.max(tokens - 1, 0);
      const fresh = tokens === 0 ? 0 : read + position + tokens;
      const copies = layout === 'together' ? 2 * held : held + Math.min(held, 1);
      return (read + held * before + copies * fresh) * bytesPerToken;
    },
  };
}
