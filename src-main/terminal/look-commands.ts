/** The commands that look at what is there: models, devices, history, one run, exports. */
import { resolve } from 'node:path';
import type { ModelCheck } from '../contract/engine.ts';
import type { RunListing } from '../core/application.ts';
import { exportKinds, type ExportKind } from '../core/export/export-csv.ts';
import { strategyLabels } from '../domain/strategies/index.ts';
import { commonOptions, readArguments, readNumber, usage } from './arguments.ts';
import * as format from './format.ts';
import { exitCodes, type ExitCode, type TerminalIo } from './io.ts';
import { resultText } from './result-text.ts';
import { runDocument } from './run-document.ts';
import { withApplication, type CommandSurroundings } from './surroundings.ts';

/** `models check PATH`: 0 where the model can be used, 1 where not. */
export async function modelsCheck(
  words: string[],
  io: TerminalIo,
  surroundings: CommandSurroundings,
): Promise<ExitCode> {
  const { values, positionals } = readArguments(words, commonOptions);
  const [verb, path] = positionals;
  if (verb !== 'check' || path === undefined || positionals.length > 2) {
    throw usage('Say "winnow models check PATH".');
  }
  const check = await withApplication(surroundings, values.db, (application) =>
    application.checkModel(resolve(path)),
  );
  io.out(values.json === true ? JSON.stringify(check) : checkText(check));
  return check.supported ? exitCodes.done : exitCodes.failed;
}

function checkText(check: ModelCheck): string {
  const rows: string[][] = [
    ['Model', check.name],
    [
      'Kind',
      check.kind === 'generator' ? 'writes answers (generator)' : 'scores answers (reward model)',
    ],
    ['Architecture', check.architecture],
    ['Licence', check.licence ?? 'not named in the file'],
    ['Size', format.megabytes(check.sizeBytes)],
    ['Quantisation', check.quantisation ?? '–'],
    [
      'Context',
      check.contextLength === null ? '–' : `${format.wholeNumber(check.contextLength)} tokens`,
    ],
    [
      'Cache',
      check.cacheBytesPerToken === null
        ? '–'
        : `${format.wholeNumber(check.cacheBytesPerToken)} bytes for each token of each answer`,
    ],
  ];
  const verdict =
    check.problem === null
      ? 'Winnow can use this model.'
      : `Winnow cannot use this model. ${check.problem.message}\n${check.problem.help}`;
  return `${format.table(rows)}\n\n${verdict}`;
}

/** `devices` */
export async function devices(
  words: string[],
  io: TerminalIo,
  surroundings: CommandSurroundings,
): Promise<ExitCode> {
  const { values } = readArguments(words, commonOptions);
  const list = await withApplication(surroundings, values.db, (application) =>
    application.devices(),
  );
  if (values.json === true) io.out(JSON.stringify({ devices: list }));
  else {
    io.out(
      format.table(
        list.map(({ name, usable, reason }) => [name, usable ? 'usable' : 'not here', reason]),
      ),
    );
  }
  return exitCodes.done;
}

/** `history` */
export async function history(
  words: string[],
  io: TerminalIo,
  surroundings: CommandSurroundings,
): Promise<ExitCode> {
  const { values } = readArguments(words, { ...commonOptions, limit: { type: 'string' } });
  const limit = values.limit === undefined ? 20 : readNumber('limit', values.limit);
  if (!Number.isInteger(limit) || limit < 1) throw usage('--limit must be a whole number from 1');
  const runs = await withApplication(surroundings, values.db, (application) =>
    application.history(limit),
  );
  if (values.json === true) io.out(JSON.stringify({ runs }));
  else
    io.out(
      runs.length === 0 ? 'No runs yet. Make one: winnow demo' : historyText(runs, io.columns),
    );
  return exitCodes.done;
}

function historyText(runs: RunListing[], columns: number): string {
  const rows = runs.map((run) => [
    run.id.slice(0, 13),
    run.startedAt.slice(0, 16).replace('T', ' '),
    run.status,
    run.lanes
      .map(
        (lane) =>
          `${strategyLabels[lane.strategy]} ${format.reward(lane.chosen?.reward ?? null)} in ${format.duration(lane.wallMs)}`,
      )
      .join(', '),
    format.oneLine(run.prompt, 48),
  ]);
  const lines = format.table([
    ['Run', 'Started (UTC)', 'Status', 'Rewards and times', 'Prompt'],
    ...rows,
  ]);
  return lines
    .split('\n')
    .map((line) => (columns > 0 && line.length > columns ? `${line.slice(0, columns - 1)}…` : line))
    .join('\n');
}

/** `show RUN` */
export async function show(
  words: string[],
  io: TerminalIo,
  surroundings: CommandSurroundings,
): Promise<ExitCode> {
  const { values, positionals } = readArguments(words, commonOptions);
  const [id] = positionals;
  if (id === undefined || positionals.length > 1)
    throw usage('Say "winnow show RUN", with the id of one run or "last".');
  const run = await withApplication(surroundings, values.db, (application) => application.show(id));
  io.out(values.json === true ? JSON.stringify(runDocument(run)) : resultText(run, io.columns));
  return exitCodes.done;
}

/** `export --what … --to FILE` */
export async function exportCommand(
  words: string[],
  io: TerminalIo,
  surroundings: CommandSurroundings,
): Promise<ExitCode> {
  const { values, positionals } = readArguments(words, {
    ...commonOptions,
    what: { type: 'string' },
    to: { type: 'string' },
  });
  const what = values.what;
  if (positionals.length > 0) throw usage(`"${positionals[0] ?? ''}" is not expected here`);
  if (!isExportKind(what)) throw usage(`--what must be one of ${exportKinds.join(', ')}`);
  if (values.to === undefined || values.to === '')
    throw usage('--to FILE says where the CSV file goes');
  const file = resolve(values.to);
  const result = await withApplication(surroundings, values.db, (application) =>
    application.exportCsv({ what, file, signal: io.signal }),
  );
  io.out(
    values.json === true
      ? JSON.stringify(result)
      : `Saved ${format.wholeNumber(result.rows)} rows: ${result.file}`,
  );
  return exitCodes.done;
}

function isExportKind(text: string | undefined): text is ExportKind {
  return exportKinds.some((kind) => kind === text);
}
