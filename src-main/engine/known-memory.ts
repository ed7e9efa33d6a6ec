/** What reward models take of the memory, remembered as long as nothing of them changes. */
import type { ModelMemory } from '../contract/model-memory.ts';
import { modelMemory } from './model-memory.ts';
import { modelStamp } from './model-stamp.ts';

export class KnownMemory {
  private readonly known = new Map<string, { stamp: string; memory: ModelMemory | null }>();

  /** @param paths of reward models, `likelihood` among them; what cannot be told is left out */
  async of(paths: readonly string[]): Promise<ModelMemory[]> {
    const found: ModelMemory[] = [];
    for (const path of new Set(paths)) {
      const memory = path === 'likelihood' ? null : await this.ofOne(path);
      if (memory !== null) found.push(memory);
    }
    return found;
  }

  private async ofOne(path: string): Promise<ModelMemory | null> {
    const stamp = await modelStamp(path);
    const before = this.known.get(path);
    if (before?.stamp === stamp) return before.memory;
    const memory = await modelMemory(path);
    this.known.set(path, { stamp, memory });
    return memory;
  }
}
