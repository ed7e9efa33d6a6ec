/**
 * Scores texts with a decoder whose graph Winnow built: each text alone, in chunks whose borders lie at fixed places, the
 * last one padded. So a text's reward has the same bits whatever else is scored and however much of it was read before.
 */
import { letMessagesIn, type Scorer } from './scorer.ts';
import type { CachedChunk, ReadChunk, TextCache } from './text-cache.ts';

/** Reads chunks. */
export interface ChunkReader {
  /** Tokens of a chunk. */
  chunkTokens: number;
  /**
   * Reads a chunk behind others.
   * @param tokens as many as a chunk has, or fewer: then it is padded
   * @returns the reward of the text that ends with it, and its keys and values, those of the padding too
   * @throws WinnowError out-of-memory, engine-failed
   */
  read(
    tokens: readonly number[],
    before: readonly ReadChunk[],
  ): Promise<ReadChunk & { reward: number }>;
  close(): Promise<void>;
}

/** @param padId the token that texts are padded with in training; null where there is none */
export function makeChunkScorer(
  reader: ChunkReader,
  cache: TextCache,
  padId: number | null,
): Scorer {
  return {
    score: async (texts, shouldStop) => {
      const rewards: number[] = [];
      for (const { ids } of texts) {
        rewards.push(await scoreText(reader, cache, judgedPart(ids, padId), shouldStop));
      }
      return rewards;
    },
    forget: () => cache.clear(),
    close: () => {
      cache.clear();
      return reader.close();
    },
  };
}

async function scoreText(
  reader: ChunkReader,
  cache: TextCache,
  ids: readonly number[],
  shouldStop: () => boolean,
): Promise<number> {
  const chunks = cut(ids, reader.chunkTokens);
  // The last one is always read, for it gives the reward; it is kept only once the text has gone on.
  const before: CachedChunk[] = cache.find(chunks.slice(0, -1));
  let reward = NaN;
  for (const [index, tokens] of chunks.entries()) {
    if (index < before.length) continue;
    await letMessagesIn(shouldStop);
    const read = await reader.read(tokens, before);
    reward = read.reward;
    if (index < chunks.length - 1) before.push(cache.add(before.at(-1), tokens, read));
  }
  return reward;
}

/**
 * A text up to the token that is judged: as transformers has it, the last one that is not padding, even where a chat
 * template ends with the very token that texts are padded with. What follows that token changes nothing.
 */
function judgedPart(ids: readonly number[], padId: number | null): readonly number[] {
  const last = ids.findLastIndex((id) => id !== padId);
  return ids.slice(0, Math.max(1, last + 1));
}

function cut(ids: readonly number[], length: number): number[][] {
  return Array.from({ length: Math.ceil(ids.length / length) }, (_, chunk) =>
    ids.slice(chunk * length, (chunk + 1) * length),
  );
}
