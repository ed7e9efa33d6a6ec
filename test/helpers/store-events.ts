/** An endless lane for tests that kill its writer: event n is always the same, so a reader knows what must be there. */
import type { LaneEvent } from '../../src-main/contract/events.ts';
import { advanced, piece } from './stored-runs.ts';

export const writtenCandidates = 16;
const indexes = Array.from({ length: writtenCandidates }, (_, index) => index);

/** The whole text of a candidate after its n-th piece. */
export const textAfter = (index: number, pieces: number): string =>
  Array.from({ length: pieces }, (_, n) => `${index}:${n} 😀 `).join('');

/** The n-th event: the prompt, the start, then pieces of text and scores in turn. */
export function storeEvent(n: number): LaneEvent {
  const at = n * 10;
  if (n === 0)
    return { type: 'prompt-read', at, promptTokens: 5, cacheBytes: 640, peakCacheBytes: 1280 };
  if (n === 1) return { type: 'started', at, candidates: indexes };
  const pieces = Math.floor(n / 2);
  const position = pieces * 3;
  if (n % 2 === 0) {
    const grown = indexes.map((index) => piece(index, [n, index, 7], textAfter(index, pieces)));
    return advanced(at, position, grown);
  }
  const scores = indexes.map((index) => ({ index, reward: index - n / 8, cut: false, tokens: n }));
  return { type: 'scored', at, position, kind: 'partial', scoreMs: 1.5, scores };
}
