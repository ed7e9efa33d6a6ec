/** What any model takes of the memory, told from its files; and whether there is room for it. */
import { stat } from 'node:fs/promises';
import type { ModelMemory } from '../contract/model-memory.ts';
import { memoryNeed, requireRoom, type LaneMemory } from '../domain/memory-need.ts';
import { chooseForm } from './generator/choose-form.ts';
import { generatorMemory } from './generator/generator-memory.ts';
import { readModelFacts } from './gguf/model-facts.ts';
import { openGgufFile } from './gguf/open.ts';
import { measureMemory } from './memory.ts';
import { longestWindow } from './rewards/config.ts';
import { readRewardFolder } from './rewards/folder.ts';
import { textCacheBytes } from './rewards/open-gguf.ts';
import { rewardMemory } from './rewards/reward-memory.ts';

/** Before anything is written: one candidate, and no cache to speak of. */
const leastLane: LaneMemory = { rows: 1, cacheBytes: 0 };

/**
 * What a model at a path takes; null where that cannot be told. What is wrong with it is for whoever loads it.
 * @param path a GGUF file, an ONNX reward model, or `likelihood`, which takes nothing of its own
 */
export async function modelMemory(path: string): Promise<ModelMemory | null> {
  try {
    const isFile = (await stat(path)).isFile() && !path.toLowerCase().endsWith('.onnx');
    if (isFile) return await memoryOfGguf(path);
    const { folder, modelPath, windowTokens } = await readRewardFolder(path, 'cpu');
    return await rewardMemory(folder, modelPath, windowTokens);
  } catch {
    return null;
  }
}

async function memoryOfGguf(path: string): Promise<ModelMemory> {
  const file = await openGgufFile(path);
  try {
    const facts = await readModelFacts(file, 'judge');
    const memory = generatorMemory(file, facts, chooseForm(file, facts));
    if (facts.head === null) return memory;
    // Its texts are read one after the other, and their keys and values kept up to a limit.
    const texts = textCacheBytes(facts, Math.min(facts.contextLength, longestWindow));
    return { ...memory, working: memory.working + texts, perRow: 0, cacheBytesPerToken: 0 };
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
