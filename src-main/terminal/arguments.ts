/** Turns the words of a command line into settings. Every fault is a WinnowError `usage` that names the word. */
import { resolve } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import * as v from 'valibot';
import { WinnowError } from '../contract/errors.ts';
import type { RunSettings } from '../contract/run.ts';
import { defaultSettings, limits, runSettingsSchema } from '../contract/settings.ts';
import { howToSay } from './help.ts';

type OptionTable = NonNullable<ParseArgsConfig['options']>;

/** The options that make a run's settings. */
export const runOptions = {
  strategies: { type: 'string' },
  candidates: { type: 'string' },
  alpha: { type: 'string' },
  memory: { type: 'string' },
  'max-tokens': { type: 'string' },
  temperature: { type: 'string' },
  'top-p': { type: 'string' },
  'top-k': { type: 'string' },
  'min-p': { type: 'string' },
  'repetition-penalty': { type: 'string' },
  seed: { type: 'string' },
  hold: { type: 'string' },
  observe: { type: 'boolean' },
  generator: { type: 'string' },
  reward: { type: 'string' },
  judge: { type: 'string' },
  device: { type: 'string' },
  form: { type: 'string' },
} as const satisfies OptionTable;

/** The options that several commands share. */
export const commonOptions = {
  db: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies OptionTable;

type RunOptionValues = { [Name in keyof typeof runOptions]?: string | boolean | undefined };

/** Reads words against a table of options. Throws `usage` for anything that is not in it. */
export function readArguments<Options extends OptionTable>(words: string[], options: Options) {
  try {
    return parseArgs({ args: words, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw usage(readableFault(error));
  }
}

/** Node's fault in plain words. Its message begins with the option's name in quotation marks, or holds it there. */
function readableFault(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const option = /'(?:-\w, )?(-[^' ]*)/.exec(message)?.[1] ?? 'An option';
  if (message.startsWith('Unknown option')) {
    return `There is no option "${option}" here. Words that begin with a hyphen and are no option go after "--"`;
  }
  if (message.includes('does not take an argument')) return `${option} takes no value`;
  if (message.includes('ambiguous')) {
    return `${option} needs a value; one that begins with a hyphen is written ${option}=VALUE`;
  }
  return message.includes('argument missing') ? `${option} needs a value` : message;
}

/** Throws `usage` where there are words that the command does not know what to do with. */
export function requireNoMore(positionals: string[]): void {
  if (positionals.length > 0) throw usage(`"${positionals[0] ?? ''}" is not expected here`);
}

/**
 * Settings from the options given and the defaults for the rest.
 * @param models where the generator and the reward come from unless an option names others
 */
export function readRunSettings(
  values: RunOptionValues,
  models: { generator: string; reward: string },
  defaults: Omit<RunSettings, 'generator' | 'reward'> = defaultSettings,
): RunSettings {
  const number = (name: keyof RunOptionValues, otherwise: number): number =>
    values[name] === undefined ? otherwise : readNumber(name, String(values[name]));
  const text = (name: keyof RunOptionValues): string | undefined =>
    values[name] === undefined ? undefined : String(values[name]);
  // A run is stored with whole paths: another one may begin in another folder.
  const path = (name: 'generator' | 'reward' | 'judge'): string | undefined =>
    text(name) === undefined || text(name) === '' ? text(name) : resolve(text(name) ?? '');
  const reward = (name: 'reward' | 'judge'): string | undefined =>
    text(name) === 'likelihood' ? 'likelihood' : path(name);
  const settings = {
    strategies:
      text('strategies')
        ?.split(',')
        .map((name) => name.trim()) ?? defaults.strategies,
    candidates:
      text('candidates') === 'fit' ? 'fit' : number('candidates', asNumber(defaults.candidates)),
    alpha: number('alpha', defaults.alpha),
    memory: text('memory') === undefined ? defaults.memory : readMemory(text('memory') ?? ''),
    maxTokens: number('max-tokens', defaults.maxTokens),
    sampling: {
      temperature: number('temperature', defaults.sampling.temperature),
      topK: number('top-k', defaults.sampling.topK),
      topP: number('top-p', defaults.sampling.topP),
      minP: number('min-p', defaults.sampling.minP),
      repetitionPenalty: number('repetition-penalty', defaults.sampling.repetitionPenalty),
    },
    seed: number('seed', defaults.seed),
    hold: text('hold') ?? defaults.hold,
    observe: values.observe === true || defaults.observe,
    generator: path('generator') ?? models.generator,
    reward: reward('reward') ?? models.reward,
    judge: reward('judge') ?? defaults.judge,
    device: text('device') ?? defaults.device,
    form: text('form') ?? defaults.form,
  };
  const checked = v.safeParse(runSettingsSchema, settings);
  if (!checked.success) throw badSetting(checked.issues[0]);
  return checked.output;
}

/** `128MB`, `64MiB`, `2GB`, a plain number of bytes, or `auto`. MB = 1,000,000 bytes, MiB = 1,048,576. */
export function readMemory(text: string): number | 'auto' {
  if (text === 'auto') return 'auto';
  const match = /^(\d+(?:\.\d+)?)\s*(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)?$/.exec(text.trim());
  const factor = memoryUnits[match?.[2] ?? 'B'];
  if (match?.[1] === undefined || factor === undefined) {
    throw usage(`--memory must be "auto" or a size such as 128MB or 1GiB, not "${text}"`);
  }
  return Math.floor(Number(match[1]) * factor);
}

const memoryUnits: Record<string, number> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** A decimal number; throws `usage` naming the option. */
export function readNumber(option: string, text: string): number {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) {
    throw usage(`--${option} must be a number, not "${text}"`);
  }
  return Number(text);
}

export function usage(message: string): WinnowError {
  return new WinnowError(
    'usage',
    message.endsWith('.') ? message : `${message}.`,
    `Run "${howToSay('help')}" to see what can be said.`,
  );
}

function asNumber(candidates: number | 'fit'): number {
  return candidates === 'fit' ? Number.NaN : candidates;
}

function badSetting(issue: v.BaseIssue<unknown>): WinnowError {
  const path =
    v
      .getDotPath(issue)
      ?.replace('sampling.', '')
      .replace(/\.\d+$/, '') ?? 'settings';
  const option = path.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return usage(`--${option}: ${readableIssue(issue, largestOf(path))}`);
}

/** The largest whole number that a setting takes. */
function largestOf(setting: string): number {
  const ranges: Record<string, { maximum: number } | number | undefined> = limits;
  const range = Object.hasOwn(ranges, setting) ? ranges[setting] : undefined;
  return typeof range === 'object' ? range.maximum : Number.MAX_SAFE_INTEGER;
}

/** The schema library's sentence, without its own vocabulary where a plainer word exists. */
function readableIssue(issue: v.BaseIssue<unknown>, largest: number): string {
  const received = issue.received.replaceAll('"', '');
  switch (issue.type) {
    case 'min_value':
      return `must be at least ${String(issue.requirement)}, not ${received}`;
    case 'max_value':
      return `must be at most ${String(issue.requirement)}, not ${received}`;
    case 'gt_value':
      return `must be greater than ${String(issue.requirement)}, not ${received}`;
    case 'lt_value':
      return `must be less than ${String(issue.requirement)}, not ${received}`;
    case 'min_length':
      return 'a value is missing';
    case 'safe_integer':
      if (Number(received) > Number.MAX_SAFE_INTEGER) return `must be at most ${largest}`;
      return `must be a whole number, not ${received}`;
    case 'integer':
      return `must be a whole number, not ${received}`;
    case 'picklist':
      return `must be one of ${issue.expected?.replace(/[()"]/g, '').replaceAll(' | ', ', ') ?? ''}, not "${received}"`;
    default:
      return issue.message;
  }
}
