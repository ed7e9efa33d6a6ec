/** What any model takes of the memory, told from its files; and whether there is room for it. */
import type { ModelMemory } from '../contract/model-memory.ts';
import { memoryNeed, requireRoom, type LaneMemory } from '../domain/memory-need.ts';
import { chooseForm } from './generator/choose-form.ts';
import { generatorMemory } from './generator/generator-memory.ts';
import { measureMemory } from './memory.ts';
import { readRewardFolder } from './rewards/folder.ts';
import { holdsWeights, openJudgingDecoder } from './rewards/judging-decoder.ts';
import { textCacheBytes } from './rewards/open-decoder.ts';
import { rewardMemory } from './rewards/reward-memory.ts';

/** Before anything is written: one candidate, and no cache to speak of. */
const leastLane: LaneMemory = { rows: 1, cacheBytes: 0 };

/**
 * What a reward model at a path takes; null where that cannot be told. What is wrong with it is for whoever loads it.
 * @param path of any reward model, or `likelihood`, which takes nothing of its own
 */
export async function modelMemory(path: string): Promise<ModelMemory | null> {
  try {
    if (await holdsWeights(path)) return await memoryOfDecoder(path);
    const { folder, file, windowTokens } = await readRewardFolder(path, 'cpu');
    return await rewardMemory(folder, file, windowTokens);
  } catch {
    return null;
  }
}

/** A decoder's texts are read one after the other, and their keys and values kept up to a limit. */
async function memoryOfDecoder(path: string): Promise<ModelMemory> {
  const { file, facts, windowTokens } = await openJudgingDecoder(path);
  try {
    const memory = generatorMemory(file, facts, chooseForm(file, facts));
    const kept = textCacheBytes(facts, windowTokens);
    return { ...memory, kept, perRow: 0, cacheBytesPerToken: 0 };
  } finally {
    await file.close();
  }
}

/**
 * Refuses what this computer has no room for now. What this process holds already is room, too: it holds it for the
 * models that are asked about, or gives it back before they are loaded.
 * @throws WinnowError model-too-large, out-of-memory
 */
export function requireRoomFor(
  generator: ModelMemory,
  rewards: readonly ModelMemory[],
  lane: LaneMemory = leastLane,
): void {
  const { availableBytes, residentBytes, totalBytes } = measureMemory();
  requireRoom(memoryNeed(generator, rewards, lane), availableBytes + residentBytes, totalBytes);
}
