/** The built-in pair is remembered by a word, so that it is found where this installation lies now. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultPreferences } from '../../../src-main/contract/preferences.ts';
import type { RunSettings } from '../../../src-main/contract/run.ts';
import { defaultSettings } from '../../../src-main/contract/settings.ts';
import { builtIn, createBuiltInModels } from '../../../src-main/core/built-in-models.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'winnow-built-in-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Where the pair lies in the installation of that name. */
const pairIn = (installation: string): { generator: string; reward: string } => ({
  generator: join(folder, installation, 'models', 'smol', 'smol.gguf'),
  reward: join(folder, installation, 'models', 'judge'),
});

const settingsWith = (models: Partial<RunSettings>): RunSettings => ({
  ...defaultSettings,
  ...pairIn('now'),
  ...models,
});

function install(name: string): void {
  const { generator, reward } = pairIn(name);
  for (const path of [generator, join(reward, 'model.onnx')]) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
  }
}

describe('the built-in models', () => {
  it('are stored as a word, and come back as the paths of another installation', () => {
    const stored = createBuiltInModels(pairIn('before')).toStored(settingsWith(pairIn('before')));
    expect(stored).toMatchObject({ generator: builtIn, reward: builtIn });
    const { settings } = createBuiltInModels(pairIn('now')).runHere({ settings: stored });
    expect(settings).toEqual(settingsWith({}));
  });

  it('are found where an older run names them by the path of an installation that is gone', () => {
    const before = { settings: settingsWith(pairIn('before')) };
    expect(createBuiltInModels(pairIn('now')).runHere(before).settings).toEqual(settingsWith({}));
  });

  it('of another installation that is there are used from there', () => {
    install('beside');
    const beside = { settings: settingsWith(pairIn('beside')) };
    expect(createBuiltInModels(pairIn('now')).runHere(beside)).toEqual(beside);
  });

  it('can give the second opinion, too', () => {
    const { reward } = pairIn('before');
    const asked = settingsWith({ reward: 'likelihood', judge: reward });
    const stored = createBuiltInModels(pairIn('before')).toStored(asked);
    expect(stored.judge).toBe(builtIn);
    const { settings } = createBuiltInModels(pairIn('now')).runHere({ settings: stored });
    expect(settings.judge).toBe(pairIn('now').reward);
    expect(createBuiltInModels(pairIn('now')).toStored(settingsWith({})).judge).toBeNull();
  });

  it('leave models of one’s own and the likelihood as they are', () => {
    const own = settingsWith({ generator: join(folder, 'mine.gguf'), reward: 'likelihood' });
    const { toStored, runHere } = createBuiltInModels(pairIn('now'));
    expect(toStored(own)).toEqual(own);
    expect(runHere({ settings: own }).settings).toEqual(own);
  });

  it('are chosen by the last settings, and are none of the models that were opened', () => {
    const mine = join(folder, 'mine.gguf');
    const stored = {
      ...defaultPreferences,
      lastSettings: settingsWith({ generator: builtIn, reward: pairIn('before').reward }),
      generators: [pairIn('before').generator, mine],
      rewards: [pairIn('before').reward],
    };
    const here = createBuiltInModels(pairIn('now')).preferencesHere(stored);
    expect(here.lastSettings).toEqual(settingsWith({}));
    expect(here.generators).toEqual([mine]);
    expect(here.rewards).toEqual([]);
  });
});
