/** The two models of the form: what they are called, which others are at hand, and what of them the settings need. */
import type { ModelCheck } from '../../../src-main/contract/engine.ts';
import { application } from '../../api/application.ts';
import { facts } from '../../state/facts.svelte.ts';
import { rememberedModels, type ModelKind } from '../../state/remembered-models.ts';
import { isContentName, likelihood, modelName } from '../../lib/model-name.ts';

/** What was learned of models by looking into them, by path. */
const checks = $state<Record<string, ModelCheck>>({});

/** Each look into a model, by its path: an engine is started for it, so everybody shares one. */
const looks = new Map<string, Promise<void>>();

/** Looks into a model once; a fault is told when a run begins with it, and the next who asks looks again. */
export function learnModel(path: string): Promise<void> {
  if (path === likelihood) return Promise.resolve();
  const look = looks.get(path) ?? lookInto(path);
  looks.set(path, look);
  return look;
}

async function lookInto(path: string): Promise<void> {
  try {
    checks[path] = await application.call('models.check', { path });
  } catch {
    // It may be there when the run begins; its file's name has to do until then.
    looks.delete(path);
  }
}

/** What a model is called; where its file's name says nothing, by what is written inside, once that is known. Reactive. */
export const nameOf = (path: string): string =>
  (isContentName(path) ? checks[path]?.name : undefined) ?? modelName(path);

export const isBuiltIn = (kind: ModelKind, path: string): boolean =>
  facts.current.builtInModels[kind] === path;

/** Cache of one token of one answer, in bytes; null while it is not known. Reactive. */
export const cacheBytesPerToken = (generator: string): number | null =>
  checks[generator]?.cacheBytesPerToken ?? null;

/** Paths to choose from: the built-in model, those that were opened before, and for the judge the likelihood. Reactive. */
export function modelChoices(kind: ModelKind): string[] {
  const extra = kind === 'reward' ? [likelihood] : [];
  return [...new Set([facts.current.builtInModels[kind], ...rememberedModels(kind), ...extra])];
}
