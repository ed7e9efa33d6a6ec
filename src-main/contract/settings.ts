/** The settings of a run: their limits, defaults and the schema that checks them wherever they arrive. */
import * as v from 'valibot';
import { samplingSchema } from './engine-messages.ts';
import { deviceNames, linearForms } from './engine.ts';
import { holds, strategyNames } from './events.ts';
import type { RunSettings } from './run.ts';

export const limits = {
  candidates: { minimum: 1, maximum: 4096 },
  maxTokens: { minimum: 1, maximum: 8192 },
  alpha: { minimum: 0, maximum: 0.95 },
  /** Bytes of the smallest budget that is taken seriously; what a model really needs is checked later. */
  memory: { minimum: 1, maximum: 2 ** 50 },
  seed: { minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  promptCharacters: 1_000_000,
} as const;

const whole = (range: { minimum: number; maximum: number }) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(range.minimum), v.maxValue(range.maximum));

export const runSettingsSchema = v.strictObject({
  strategies: v.pipe(
    v.array(v.picklist(strategyNames)),
    v.minLength(1, 'at least one strategy is needed'),
    v.check((names) => new Set(names).size === names.length, 'each strategy at most once'),
  ),
  candidates: v.union([whole(limits.candidates), v.literal('fit')]),
  alpha: v.pipe(v.number(), v.minValue(limits.alpha.minimum), v.maxValue(limits.alpha.maximum)),
  memory: v.union([whole(limits.memory), v.literal('auto')]),
  maxTokens: whole(limits.maxTokens),
  sampling: samplingSchema,
  seed: whole(limits.seed),
  hold: v.picklist(holds),
  observe: v.boolean(),
  generator: v.pipe(v.string(), v.minLength(1)),
  reward: v.pipe(v.string(), v.minLength(1)),
  judge: v.optional(v.nullable(v.pipe(v.string(), v.minLength(1))), null),
  device: v.picklist(['auto', ...deviceNames]),
  form: v.optional(v.picklist(['auto', ...linearForms]), 'auto'),
}) satisfies v.GenericSchema<unknown, RunSettings>;

/** Settings that were added later: runs that were stored before do not name them, and had this. */
export const laterSettings = { judge: null, form: 'auto' } as const satisfies Partial<RunSettings>;

/** What a run uses where nobody says otherwise; the models are filled in by the shell. */
export const defaultSettings: Omit<RunSettings, 'generator' | 'reward'> = {
  strategies: ['best-of-n', 'speculative-rejection'],
  candidates: 64,
  alpha: 0.5,
  memory: 'auto',
  maxTokens: 160,
  sampling: { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 },
  seed: 1,
  hold: 'candidates',
  observe: false,
  ...laterSettings,
  device: 'auto',
};
