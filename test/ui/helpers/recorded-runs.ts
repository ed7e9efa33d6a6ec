/**
 * What the page tests begin with, made once for all of them: a tiny pair of models, and a database with real runs of it.
 * Each Winnow that a test starts gets a copy of the database.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunSettings } from '../../../src-main/contract/run.ts';
import {
  makeWorkplace,
  openWhole,
  tinySettings,
  type Workplace,
} from '../../helpers/whole-application.ts';

/** The runs of the database, the oldest first. */
export const recordedPrompts = {
  many: 'Describe a walk through a forest in autumn.',
  snow: 'Is snow always white?',
  moon: 'Why does the moon change its shape?',
  rain: 'Tell me about rain, please.',
} as const;

/** Many answers, so that the strips are long; the same answer chosen by both; and two runs for the review. */
const recorded: Record<keyof typeof recordedPrompts, Partial<RunSettings>> = {
  many: { candidates: 256, maxTokens: 64, seed: 3 },
  snow: { candidates: 8, memory: 2 ** 24 },
  moon: { candidates: 8, alpha: 0.8, seed: 8 },
  rain: { candidates: 8, alpha: 0.8, seed: 1 },
};

/** Long enough that a run can be looked at, left, stopped and killed while it goes on. */
const longest = 4096;

export interface Recorded extends Omit<Workplace, 'remove'> {
  database: string;
}

export async function recordRuns(): Promise<Recorded> {
  const workplace = await makeWorkplace({ contextLength: longest });
  const database = join(workplace.folder, 'recorded.db');
  const whole = await openWhole(workplace, database);
  try {
    for (const name of ['many', 'snow', 'moon', 'rain'] as const) {
      await whole.compare(tinySettings(workplace, recorded[name]), {
        prompt: recordedPrompts[name],
      });
    }
  } finally {
    whole.close();
  }
  const { folder, generator, reward } = workplace;
  return { folder, generator, reward, database };
}

export const forgetRuns = ({ folder }: Recorded): void =>
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

/** A comparison of the tiny models with this takes long enough to be watched. */
export const longRun: Partial<RunSettings> = {
  candidates: 256,
  maxTokens: longest / 2,
  memory: 2 ** 31,
};
