/**
 * The messages between the core and the engine process, and the schemas that check them on arrival: of a request all of
 * it, of a reply its envelope. What a reply holds is typed by the methods and comes from the same version of Winnow.
 */
import * as v from 'valibot';
import { deviceTrialSchema } from './device-trial.ts';
import type { Engine } from './engine.ts';
import { deviceNames, linearForms } from './engine.ts';
import { errorCodes, type ErrorRecord } from './errors.ts';

const index = v.pipe(v.number(), v.integer(), v.minValue(0));
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const indices = v.array(index);
const device = v.union([v.literal('auto'), v.picklist(deviceNames)]);
const reward = v.object({ path: v.string(), device, preparedFolder: v.string() });

export const samplingSchema = v.object({
  temperature: v.pipe(v.number(), v.minValue(0), v.maxValue(10)),
  topK: v.pipe(v.number(), v.integer(), v.minValue(0)),
  topP: v.pipe(v.number(), v.gtValue(0), v.maxValue(1)),
  minP: v.pipe(v.number(), v.minValue(0), v.ltValue(1)),
  repetitionPenalty: v.pipe(v.number(), v.gtValue(0), v.maxValue(10)),
});

/** What each method of the engine takes, as one value that can cross a process boundary. */
export const engineParameters = {
  devices: v.undefined(),
  tryDevice: deviceTrialSchema,
  loadGenerator: v.object({
    path: v.string(),
    device,
    form: v.exactOptional(v.picklist(['auto', ...linearForms])),
    preparedFolder: v.string(),
    beside: v.exactOptional(v.array(v.string())),
  }),
  loadReward: reward,
  loadJudge: v.nullable(reward),
  checkModel: v.string(),
  measureModel: v.object({
    path: v.string(),
    kind: v.picklist(['generator', 'reward']),
    device: v.exactOptional(v.picklist(deviceNames)),
    preparedFolder: v.string(),
  }),
  preparedModels: v.object({ folder: v.string(), clear: v.boolean() }),
  countPromptTokens: v.object({ prompt: v.string(), maxTokens: count }),
  requireMemory: v.object({ rows: count, cacheBytes: v.pipe(v.number(), v.minValue(0)) }),
  beginLane: v.object({
    prompt: v.string(),
    seed: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    sampling: samplingSchema,
    maxTokens: count,
    logProbabilities: v.boolean(),
  }),
  start: indices,
  advance: count,
  keep: indices,
  score: v.array(v.union([v.strictObject({ index }), v.strictObject({ index, tokens: count })])),
  judge: indices,
  endLane: v.undefined(),
} satisfies Record<keyof Engine, v.GenericSchema>;

export type EngineMethod = keyof typeof engineParameters;

/** From the core to the engine. */
export type EngineRequest =
  | { type: 'call'; id: number; method: EngineMethod; parameters: unknown }
  /** Give up the call that is running, as soon as the present run of a graph ends. */
  | { type: 'stop' };

/** From the engine to the core. */
export type EngineReply =
  | { type: 'ready' }
  | { type: 'progress'; id: number; progress: unknown }
  | { type: 'result'; id: number; value: unknown }
  | { type: 'error'; id: number; error: ErrorRecord };

export const engineRequestSchema = v.variant('type', [
  v.object({
    type: v.literal('call'),
    id: index,
    method: v.picklist(Object.keys(engineParameters) as EngineMethod[]),
    parameters: v.unknown(),
  }),
  v.object({ type: v.literal('stop') }),
]);

const errorRecordSchema = v.object({
  code: v.picklist(errorCodes),
  message: v.string(),
  help: v.string(),
  details: v.exactOptional(
    v.record(v.string(), v.union([v.string(), v.number(), v.nan(), v.boolean()])),
  ),
}) satisfies v.GenericSchema<unknown, ErrorRecord>;

export const engineReplySchema = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('progress'), id: index, progress: v.unknown() }),
  v.object({ type: v.literal('result'), id: index, value: v.unknown() }),
  v.object({ type: v.literal('error'), id: index, error: errorRecordSchema }),
]) satisfies v.GenericSchema<unknown, EngineReply>;
