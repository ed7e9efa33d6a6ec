/** The models that were opened before, which are offered again. */
import { mostRememberedModels } from '../contract/preferences.ts';

/** Puts a model in front of the others; the oldest one goes where there are too many. */
export const rememberFirst = (path: string, paths: readonly string[]): string[] =>
  [path, ...paths.filter((other) => other !== path)].slice(0, mostRememberedModels);
