/** A recording of many answers in both lanes, made with the built-in models where none is given. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunSettings } from '../../../src-main/contract/run.ts';
import { defaultSettings } from '../../../src-main/contract/settings.ts';
import { builtInModels } from '../../../src-main/surroundings.ts';
import { openWhole } from '../../helpers/whole-application.ts';

export const prompt = 'Give me three tips for sleeping better.';

export interface Recording {
  /** A database whose newest run is the recording. */
  database: string;
  remove(): void;
}

export const settingsFor = (candidates: number, maxTokens: number): RunSettings => ({
  ...defaultSettings,
  ...builtInModels(),
  candidates,
  maxTokens,
});

export async function record(settings: RunSettings): Promise<Recording> {
  const folder = mkdtempSync(join(tmpdir(), 'winnow-bench-pages-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  const database = join(folder, 'recording.db');
  const whole = await openWhole({ folder, remove, ...builtInModels() }, database);
  try {
    await whole.compare(settings, { prompt });
  } finally {
    whole.close();
  }
  return { database, remove };
}
