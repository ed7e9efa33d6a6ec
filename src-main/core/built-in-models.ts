/**
 * The pair of models that ships with Winnow lies elsewhere after a move, an update, or at each start of an AppImage. What is
 * remembered names it by a word; what pages and the engine get are always the paths of this installation.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { AppFacts } from '../contract/methods.ts';
import type { Preferences } from '../contract/preferences.ts';
import type { RunRecord, RunSettings } from '../contract/run.ts';

/** Stands for the path of a built-in model in what is stored. */
export const builtIn = 'built-in';

export interface BuiltInModels {
  /** With the word for a model that is built in: what to store. */
  toStored: (settings: RunSettings) => RunSettings;
  /** A run, or the wish for one, with the paths of this installation, also for a path of one that is gone. */
  runHere: <Run extends Pick<RunRecord, 'settings'>>(run: Run) => Run;
  /** The same for everything that preferences say of models; lists of opened models do not hold a built-in one. */
  preferencesHere: (preferences: Preferences) => Preferences;
}

/** @param paths where the pair lies in this installation */
export function createBuiltInModels(paths: AppFacts['builtInModels']): BuiltInModels {
  const kept = (path: string, here: string): string => (path === here ? builtIn : path);
  const found = (path: string, here: string): string =>
    path === builtIn || isGone(path, here) ? here : path;
  const toHere = (settings: RunSettings): RunSettings => ({
    ...settings,
    generator: found(settings.generator, paths.generator),
    reward: found(settings.reward, paths.reward),
    judge: settings.judge && found(settings.judge, paths.reward),
  });
  return {
    toStored: (settings) => ({
      ...settings,
      generator: kept(settings.generator, paths.generator),
      reward: kept(settings.reward, paths.reward),
      judge: settings.judge && kept(settings.judge, paths.reward),
    }),
    runHere: (run) => ({ ...run, settings: toHere(run.settings) }),
    preferencesHere: (preferences) => ({
      ...preferences,
      lastSettings: preferences.lastSettings && toHere(preferences.lastSettings),
      generators: preferences.generators.filter(
        (path) => found(path, paths.generator) !== paths.generator,
      ),
      rewards: preferences.rewards.filter((path) => found(path, paths.reward) !== paths.reward),
    }),
  };
}

/** Whether a path was the same model in an installation that is not there any more. */
function isGone(path: string, here: string): boolean {
  const ending = join(basename(dirname(here)), basename(here));
  return path !== here && path.endsWith(ending) && !existsSync(path);
}
