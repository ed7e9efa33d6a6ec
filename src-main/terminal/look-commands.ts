/** The commands that look at what is there: devices, history, one run, exports. */
import { resolve } from 'node:path';
import { exportKinds, type ExportKind, type ExportScope } from '../contract/exports.ts';
import type { RunListing } from '../contract/methods.ts';
import { localTime } from '../core/export/local-time.ts';
import { strategyLabels } from '../domain/strategies/index.ts';
import { commonOptions, readArguments, readNumber, requireNoMore, usage } from './arguments.ts';
import * as format from './format.ts';
import { howToSay } from './help.ts';
import { exitCodes, type ExitCode, type TerminalIo } from './io.ts';
import { resultText } from './result-text.ts';
import { runDocument } from './run-document.ts';
import { withApplication, type CommandSurroundings } from './surroundings.ts';

/** More than anybody can look at; a limit keeps a slip of the finger from filling the memory. */
const mostRuns = 100_000;

/** `devices` */
export async function devices(
  words: string[],
  io: TerminalIo,
  surroundings: CommandSurroundings,
): Promise<ExitCode> {
  const { values, positionals } = readArguments(words, {
    ...commonOptions,
    forget: { type: 'boolean' },
  });
  requireNoMore(positionals);
  const list = await withApplication(surroundings, values.db, (application) => {
    if (values.forget === true) application.forgetDevices();
    return application.devices();
  });
  if (values.json === true) io.out(JSON.stringify({ devices: list }));
  else {
    io.out(
      format.table(
        list.map(({ name, usable, reason }) => [name, usable ? 'usable' : 'not here', reason]),
      ),
    );
    if (values.forget === true) io.out('The next comparison tries them again.');
  }
  return exitCodes.done;
}

/** `history` */
export async function history(
  words: string[],
  io: TerminalIo,
  surroundings: CommandSurroundings,
): Promise<ExitCode> {
  const { values, positionals } = readArguments(words, {
    ...commonOptions,
    limit: { type: 'string' },
  });
  requireNoMore(positionals);
  const limit = values.limit === undefined ? 20 : readNumber('limit', values.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > mostRuns)
    throw usage(`--limit must be a whole number from 1 to ${mostRuns}`);
  const runs = await withApplication(surroundings, values.db, (application) =>
    application.history(limit),
  );
  if (values.json === true) io.out(JSON.stringify({ runs: runs.map(historyDocument) }));
  else
    io.out(
      runs.length === 0
        ? `No runs yet. Make one: ${howToSay('demo', values.db)}`
        : historyText(runs, io.columns),
    );
  return exitCodes.done;
}

/** A run as scripts read it: without votes and texts, which `show` and `export` give. */
function historyDocument({ votes, lanes, ...run }: RunListing): object {
  void votes;
  return { ...run, lanes: lanes.map((lane) => ({ ...lane, chosenText: undefined })) };
}

/** Two lines for each run: when and what was asked, then what each strategy made of it. */
function historyText(runs: RunListing[], columns: number): string {
  const indent = ' '.repeat(15);
  return runs
    .flatMap((run) => {
      const head = `${run.id.slice(0, 13)}  ${localTime(run.startedAt).slice(0, 16)}  ${run.status.padEnd(11)}  `;
      const lanes = run.lanes.map(
        ({ strategy, chosen, wallMs }) =>
          `${strategyLabels[strategy]} ${chosen === null ? 'no answer' : format.reward(chosen.reward)} in ${format.duration(wallMs)}`,
      );
      const results = lanes.length === 0 ? 'nothing was written' : lanes.join(' · ');
      return [
        head + format.oneLine(run.prompt, Math.max(20, columns - head.length)),
        ...format.wrap(results, Math.max(20, columns - indent.length)).map((line) => indent + line),
      ];
    })
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
  if (id === undefined || id === '' || positionals.length > 1)
    throw usage('Say which run: its id, or "last"');
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
    run: { type: 'string' },
  });
  const what = values.what;
  requireNoMore(positionals);
  if (!isExportKind(what)) throw usage(`--what must be one of ${exportKinds.join(', ')}`);
  if (values.to === undefined || values.to === '')
    throw usage('--to FILE says where the CSV file goes');
  if (values.run === '') throw usage('--run needs the id of one run, or "last"');
  const file = resolve(values.to);
  const scope: ExportScope =
    values.run === undefined ? { kind: 'all' } : { kind: 'run', id: values.run };
  const result = await withApplication(surroundings, values.db, (application) =>
    application.exportCsv({ what, file, scope, signal: io.signal }),
  );
  io.out(
    values.json === true
      ? JSON.stringify(result)
      : `Saved ${format.wholeNumber(result.rows)} ${result.rows === 1 ? 'row' : 'rows'}: ${result.file}`,
  );
  return exitCodes.done;
}

function isExportKind(text: string | undefined): text is ExportKind {
  return exportKinds.some((kind) => kind === text);
}
