/**
 * Everything that a page can ask of the application: a name, the schema of what it takes, and the type of what it gives.
 * Nothing else crosses, in whichever shell. Names are `area.verb`.
 */
import * as v from 'valibot';
import type { DeviceFacts, ModelCheck } from './engine.ts';
import {
  csvFormatNames,
  exportKinds,
  exportScopeSchema,
  type ExportKind,
  type ReadyExport,
} from './exports.ts';
import type { ModelSpeed } from './model-speed.ts';
import type { PreparedModel } from './prepared-models.ts';
import { preferencesSchema, type Preferences } from './preferences.ts';
import type { Comparison, RecordedRun } from './recording.ts';
import type { LaneRecord, RunRecord } from './run.ts';
import { limits, runSettingsSchema } from './settings.ts';
import { newVoteSchema, type Vote } from './votes.ts';

const nothing = v.strictObject({});
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const search = v.pipe(v.string(), v.maxLength(10_000));
const path = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));

/** What each method takes. */
export const methodParameters = {
  /** What this installation and machine are. */
  'app.facts': nothing,
  /** The licences of everything that Winnow is made of. */
  'app.licences': nothing,
  'devices.list': nothing,
  /** Forgets which device was found to be the best, so that the next comparison finds it out again. */
  'devices.forget': nothing,
  'preferences.get': nothing,
  /** Changes some of them; gives them all. */
  'preferences.save': v.partial(preferencesSchema),
  /** What a model file or folder is, and whether Winnow can use it. Throws model-not-found. */
  'models.check': v.strictObject({ path }),
  /** How fast a model is here: it is loaded and works for some seconds. Throws usage while a comparison runs. */
  'models.measure': v.strictObject({ path, kind: v.picklist(['generator', 'reward']) }),
  /** Stops what is measured; nothing happens where nothing is. A comparison that begins does the same. */
  'models.stop-measuring': nothing,
  /** The models that lie prepared on the disk; with `clear`, what is left once all that nobody uses are removed. */
  'models.prepared': v.strictObject({ clear: v.boolean() }),
  /** Models of other programs (LM Studio, Ollama, Jan, Hugging Face), looked for in their folders, read only. */
  'models.find': nothing,
  /** Begins a comparison; what happens then comes as events. Throws usage while one is running. Gives its id. */
  'comparison.start': v.strictObject({
    prompt: v.pipe(v.string(), v.maxLength(limits.promptCharacters)),
    settings: runSettingsSchema,
  }),
  /** Stops it; what was written is kept. Resolves when the processor is free again; nothing happens where none runs. */
  'comparison.stop': nothing,
  /** The comparison that is under way or ended last since the application's start, and the event it is up to date with. */
  'comparison.current': nothing,
  /** The newest first. */
  'runs.list': v.strictObject({
    search: v.exactOptional(search),
    /** Only runs that began before the run of this id: the next page. */
    before: v.exactOptional(id),
    limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(200)),
  }),
  /** A run with all its events. Throws run-not-found. */
  'runs.get': v.strictObject({ id }),
  /** Hides a run; it is gone for good at the next start. Throws run-not-found, store-busy while it is written. */
  'runs.delete': v.strictObject({ id }),
  /** Takes `runs.delete` back. Throws run-not-found once it is gone for good. */
  'runs.restore': v.strictObject({ id }),
  /** Throws run-not-found, setting-invalid where a side names no lane of the run. */
  'votes.save': newVoteSchema,
  /** Takes a vote back. Nothing happens where it is not there. */
  'votes.delete': v.strictObject({ id }),
  /** How many rows an export would have. */
  'exports.count': v.strictObject({ scope: exportScopeSchema }),
  /** Writes an export into the data folder. Throws run-not-found, file-failed. */
  'exports.create': v.strictObject({
    what: v.picklist(exportKinds),
    scope: exportScopeSchema,
    format: v.picklist(csvFormatNames),
  }),
  /** The recorded run that ships with Winnow. */
  'sample.get': nothing,
} satisfies Record<string, v.GenericSchema>;

export type MethodName = keyof typeof methodParameters;
export const methodNames = Object.keys(methodParameters) as MethodName[];
export type MethodParameters = {
  [Name in MethodName]: v.InferOutput<(typeof methodParameters)[Name]>;
};

export interface AppFacts {
  version: string;
  /** Processor name and number of cores. */
  cpu: string;
  memoryBytes: number;
  platform: 'linux' | 'darwin' | 'win32' | 'other';
  builtInModels: { generator: string; reward: string };
  dataFolder: string;
}

/** One package, model or part with its licence, as a person wants to read it. */
export interface LicenceEntry {
  name: string;
  version: string;
  licence: string;
  /** The whole text where the package brings one. */
  text: string;
}

/** A model that another program keeps: a file, the first of several, or a folder. */
export interface FoundModel {
  path: string;
  /** As far as its name and configuration tell. */
  kind: 'generator' | 'reward';
  name: string;
  sizeBytes: number;
  source: 'LM Studio' | 'Ollama' | 'Jan' | 'Hugging Face';
}

/** A run as the history lists it. */
export interface RunListing extends RunRecord {
  lanes: (LaneRecord & { chosenText: string | null })[];
  votes: Vote[];
}

/** What each method gives. */
export interface MethodResults {
  'app.facts': AppFacts;
  'app.licences': LicenceEntry[];
  'devices.list': DeviceFacts[];
  'devices.forget': null;
  'preferences.get': Preferences;
  'preferences.save': Preferences;
  'models.check': ModelCheck;
  'models.measure': ModelSpeed;
  'models.stop-measuring': null;
  'models.prepared': PreparedModel[];
  'models.find': FoundModel[];
  'comparison.start': { id: string };
  'comparison.stop': null;
  'comparison.current': { comparison: Comparison | null; sequence: number };
  'runs.list': { runs: RunListing[]; /** How many the search finds in all. */ total: number };
  'runs.get': RecordedRun;
  'runs.delete': null;
  'runs.restore': null;
  'votes.save': Vote;
  'votes.delete': null;
  'exports.count': Record<ExportKind, number>;
  'exports.create': ReadyExport;
  'sample.get': RecordedRun;
}

/** The application as something to call. */
export type Handlers = {
  [Name in MethodName]: (parameters: MethodParameters[Name]) => Promise<MethodResults[Name]>;
};
