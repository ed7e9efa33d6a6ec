/** The commands about models: what one is, what it needs and how fast it is; and what lies prepared on the disk. */
import { resolve } from 'node:path';
import type { ModelCheck } from '../contract/engine.ts';
import { toErrorRecord, type ErrorRecord } from '../contract/errors.ts';
import type { MeasureProgress, ModelSpeed } from '../contract/model-speed.ts';
import type { PreparedModel } from '../contract/prepared-models.ts';
import type { Application } from '../core/application.ts';
import { localTime } from '../core/export/local-time.ts';
import { rewardWords, textWords } from '../domain/judging-words.ts';
import { memoryAlone } from '../domain/memory-need.ts';
import { commonOptions, readArguments, usage } from './arguments.ts';
import * as format from './format.ts';
import { howToSay } from './help.ts';
import { exitCodes, type ExitCode, type TerminalIo } from './io.ts';
import { withApplication, type CommandSurroundings } from './surroundings.ts';

/** Prompt and answer together, for which the memory is told. */
const usualTokens = 200;

const modelsOptions = {
  ...commonOptions,
  'no-measure': { type: 'boolean' },
  clear: { type: 'boolean' },
} as const;

/** `models check PATH`, `models prepared` */
export async function models(
  words: string[],
  io: TerminalIo,
  surroundings: CommandSurroundings,
): Promise<ExitCode> {
  const { values, positionals } = readArguments(words, modelsOptions);
  const [verb, path] = positionals;
  const asJson = values.json === true;
  const open = <Result>(work: (application: Application) => Promise<Result>) =>
    withApplication(surroundings, values.db, work);
  if (verb === 'check' && path !== undefined && positionals.length === 2) {
    if (values.clear === true) throw usage('--clear belongs to "models prepared"');
    const measures = values['no-measure'] !== true;
    return open((application) => check(application, resolve(path), { io, asJson, measures }));
  }
  if (verb === 'prepared' && positionals.length === 1) {
    if (values['no-measure'] === true) throw usage('--no-measure belongs to "models check"');
    return open((application) => prepared(application, values.clear === true, { io, asJson }));
  }
  throw usage(`Say "${howToSay('models check PATH')}" or "${howToSay('models prepared')}".`);
}

/** 0 where the model can be used, 1 where not. */
async function check(
  application: Application,
  path: string,
  { io, asJson, measures }: { io: TerminalIo; asJson: boolean; measures: boolean },
): Promise<ExitCode> {
  const found = await application.checkModel(path);
  const { speed, speedProblem } =
    measures && found.supported
      ? await measure(application, found, io)
      : { speed: null, speedProblem: null };
  if (asJson) io.out(JSON.stringify({ ...found, speed, speedProblem }));
  else io.out(checkText(found, speed, speedProblem));
  return found.supported ? exitCodes.done : exitCodes.failed;
}

interface Measured {
  speed: ModelSpeed | null;
  /** Why it could not be measured. */
  speedProblem: Pick<ErrorRecord, 'code' | 'message' | 'help'> | null;
}

async function measure(
  application: Application,
  { path, kind }: ModelCheck,
  io: TerminalIo,
): Promise<Measured> {
  let shown = '';
  const listener = ({ step, fraction }: MeasureProgress): void => {
    const doing = step === 'measuring' ? 'Measuring for five seconds' : 'Loading the model';
    const line = io.interactive
      ? `\r\u001b[2K${doing}: ${Math.round(100 * fraction)} %`
      : `${doing}\n`;
    if (line !== shown) io.err(line);
    shown = line;
  };
  try {
    return {
      speed: await application.measureModel({ path, kind }, listener, io.signal),
      speedProblem: null,
    };
  } catch (error) {
    const { code, message, help } = toErrorRecord(error);
    if (code === 'cancelled') throw error;
    return { speed: null, speedProblem: { code, message, help } };
  } finally {
    if (io.interactive && shown !== '') io.err('\r\u001b[2K');
  }
}

function checkText(
  found: ModelCheck,
  speed: ModelSpeed | null,
  speedProblem: Measured['speedProblem'],
): string {
  const rows: [string, string | null][] = [
    ['Model', found.name],
    [
      'Kind',
      found.kind === 'generator' ? 'writes answers (generator)' : 'scores answers (reward model)',
    ],
    ['Architecture', found.architecture],
    ['Licence', found.licence ?? (found.kind === 'reward' ? null : 'not named in the file')],
    ['Size', format.megabytes(found.sizeBytes)],
    ['Quantisation', found.quantisation],
    [
      'Context',
      found.contextLength === null ? null : `${format.wholeNumber(found.contextLength)} tokens`,
    ],
    ['Reads', found.judging === null ? null : textWords(found.judging)],
    ['Reward', found.judging === null ? null : rewardWords(found.judging)],
    [
      'Cache',
      found.cacheBytesPerToken === null
        ? null
        : `${format.wholeNumber(found.cacheBytesPerToken)} bytes for each token of each answer`,
    ],
    ['Memory', memoryWords(found)],
    ['Device', found.supported ? (found.device ?? 'found out at the first comparison') : null],
    ['Compiled', compiledWords(found)],
    ['Speed', speed === null ? null : speedWords(speed)],
  ];
  // Of a file that is no model there is nothing else to say.
  const known = found.architecture === 'unknown' ? rows.slice(0, 1) : rows;
  const told = known.filter((row): row is [string, string] => row[1] !== null);
  return `${format.table(told)}\n\n${verdict(found, speedProblem)}`;
}

function memoryWords({ memory, kind }: ModelCheck): string | null {
  if (memory === null) return null;
  const bytes = (rows: number) => format.megabytes(memoryAlone(memory, rows, usualTokens).bytes);
  if (kind === 'reward') return `about ${bytes(1)}, Winnow included`;
  return `about ${bytes(1)} with 1 answer, ${bytes(64)} with 64 (of ${usualTokens} tokens each, prompt and all)`;
}

function compiledWords({ supported, kind, form, preparedBytes }: ModelCheck): string | null {
  if (!supported) return kind === 'generator' ? 'no' : null;
  if (form === null || preparedBytes === null) return null;
  return `yes, at its first use: as ${form}, ${format.megabytes(preparedBytes)} on the disk`;
}

function speedWords({ kind, perSecond, atOnce, device }: ModelSpeed): string {
  const number = perSecond >= 10 ? format.wholeNumber(perSecond) : perSecond.toFixed(1);
  return kind === 'generator'
    ? `${number} tokens a second on ${device}, ${atOnce} answers at once`
    : `${number} texts of about 100 tokens a second on ${device}`;
}

function verdict({ problem, warnings }: ModelCheck, unmeasured: Measured['speedProblem']): string {
  if (problem !== null) {
    return `Winnow cannot use this model. ${problem.message}\n${problem.help}`;
  }
  const lines = ['Winnow can use this model.', ...warnings];
  if (unmeasured !== null) {
    lines.push(`Its speed could not be measured. ${unmeasured.message}`, unmeasured.help);
  }
  return lines.join('\n');
}

async function prepared(
  application: Application,
  clear: boolean,
  { io, asJson }: { io: TerminalIo; asJson: boolean },
): Promise<ExitCode> {
  const before = await application.preparedModels(false);
  const left = clear ? await application.preparedModels(true) : before;
  const freedBytes = bytesOf(before) - bytesOf(left);
  if (asJson) io.out(JSON.stringify({ prepared: left, freedBytes }));
  else io.out(clear ? clearedText(left, freedBytes) : preparedText(left));
  return exitCodes.done;
}

const bytesOf = (list: readonly PreparedModel[]): number =>
  list.reduce((sum, { bytes }) => sum + bytes, 0);

function preparedText(list: PreparedModel[]): string {
  if (list.length === 0) return 'No model lies prepared.';
  const rows = list.map(({ name, form, bytes, lastUsedAt, inUse }) => [
    format.oneLine(name, 40),
    form,
    format.megabytes(bytes),
    inUse ? 'in use' : `last used ${localTime(lastUsedAt).slice(0, 16)}`,
  ]);
  const all = format.megabytes(bytesOf(list));
  return `${format.table(rows, [2])}\n\n${all} in all. Each is made again when it is needed.\nClear them: ${howToSay('models prepared --clear')}`;
}

function clearedText(left: PreparedModel[], freedBytes: number): string {
  const kept =
    left.length === 0
      ? ''
      : `${format.wholeNumber(left.length)} ${left.length === 1 ? 'is' : 'are'} loaded by a running Winnow. Close it, then clear again.`;
  const freed = freedBytes > 0 ? `${format.megabytes(freedBytes)} freed.` : 'Nothing was freed.';
  return [freed, kept].filter((line) => line !== '').join('\n');
}
