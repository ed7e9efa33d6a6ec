/** The models that were opened before, for each of the two places that a model can take. */
import type { ModelCheck } from '../../src-main/contract/engine.ts';
import { rememberFirst } from '../../src-main/domain/remembered-models.ts';
import { preferences } from './preferences.svelte.ts';

/** The model that writes, and the one that judges. */
export type ModelKind = ModelCheck['kind'];

const keys = { generator: 'generators', reward: 'rewards' } as const;

/** The last one that was opened first. Reactive. */
export const rememberedModels = (kind: ModelKind): readonly string[] =>
  preferences.current[keys[kind]];

/** Puts a model that was opened in front of the others. Throws where that cannot be saved. */
export function rememberModel(kind: ModelKind, path: string): Promise<void> {
  return preferences.change({ [keys[kind]]: rememberFirst(path, rememberedModels(kind)) });
}

/** Takes a model off the list. Throws where that cannot be saved. */
export function forgetModel(kind: ModelKind, path: string): Promise<void> {
  const others = rememberedModels(kind).filter((other) => other !== path);
  return preferences.change({ [keys[kind]]: others });
}
