import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { defaultPreferences } from '../../../../src-main/contract/preferences.ts';
import { laterSettings } from '../../../../src-main/contract/settings.ts';
import {
  getPreferences,
  savePreferences,
} from '../../../../src-main/core/preferences/preferences.ts';
import { aRun } from '../../../helpers/stored-runs.ts';
import { temporaryStore } from '../../../helpers/temporary-store.ts';

describe('preferences', () => {
  it('are the defaults until something is saved', async () => {
    expect(getPreferences(await temporaryStore())).toEqual(defaultPreferences);
  });

  it('keep what is saved, part by part', async () => {
    const store = await temporaryStore();
    const lastSettings = aRun().settings;
    savePreferences(store, { theme: 'dark', lastSettings, generators: ['/models/ä b.gguf'] });
    const all = savePreferences(store, { welcomed: true, theme: undefined });

    const expected = { theme: 'dark', lastSettings, generators: ['/models/ä b.gguf'] };
    expect(all).toEqual({ ...defaultPreferences, ...expected, welcomed: true });
    expect(getPreferences(store)).toEqual(all);
    expect(savePreferences(store, { lastSettings: null }).lastSettings).toBeNull();
  });

  it('understand settings from before there were those that came later', async () => {
    const store = await temporaryStore();
    const { settings } = aRun();
    const older = Object.entries(settings).filter(([name]) => !(name in laterSettings));
    store.writePreferences({ lastSettings: Object.fromEntries(older) });
    expect(getPreferences(store).lastSettings).toEqual({ ...settings, ...laterSettings });
  });

  it('fall back one by one where what is stored cannot be understood', async () => {
    const store = await temporaryStore();
    savePreferences(store, { theme: 'dark', letterShortcuts: false, showNumbers: true });
    const { alpha, ...older } = aRun().settings;
    expect(alpha).toBe(0.5);
    store.writePreferences({ theme: 'sepia', lastSettings: older, rewards: 'none', unknown: 1 });
    const database = new Sqlite(store.path);
    database.pragma('ignore_check_constraints = ON');
    database.exec(`UPDATE preference SET value = '{broken' WHERE name = 'showNumbers'`);
    database.close();

    expect(getPreferences(store)).toEqual({ ...defaultPreferences, letterShortcuts: false });
  });
});
