/** A finished run as a person reads it: the table, then one plain sentence, then what else should be known. */
import type { LaneDetails, RunDetails } from '../contract/run.ts';
import { computingWords } from '../domain/computing-words.ts';
import { comparisonSentence } from '../domain/sentence.ts';
import { strategyLabels } from '../domain/strategies/index.ts';
import * as format from './format.ts';
import { lanesInOrder } from './run-document.ts';
import { resultTable } from './result-table.ts';

/** The whole result, for a terminal of `columns` characters. */
export function resultText(run: RunDetails, columns: number): string {
  const parts = [
    `Prompt: ${format.oneLine(run.prompt, Math.max(20, columns - 8))}`,
    resultTable(run, columns),
    ...[
      ...sentences(lanesInOrder(run)),
      ...secondOpinionWords(run),
      `Computed ${computingWords(run).join('; ')}.`,
      ...notices(run.lanes),
      ...(run.status === 'done' ? [] : [statusLine(run), ...neverBegun(run)]),
    ].flatMap((line) => format.wrap(line, columns)),
  ];
  return parts.join('\n');
}

function sentences(lanes: LaneDetails[]): string[] {
  const reference = lanes.find(({ strategy }) => strategy === 'best-of-n') ?? lanes[0];
  if (reference === undefined) return [];
  return lanes
    .filter((lane) => lane !== reference)
    .map((lane) => comparisonSentence(reference, lane));
}

/** What the lines of the second opinion mean. */
function secondOpinionWords({ judge }: RunDetails): string[] {
  if (judge === null) return [];
  const who = judge.kind === 'likelihood' ? 'the likelihood of the model that writes' : judge.name;
  return [
    `Second opinion: ${who} scored the finished answers and decided nothing. It agrees on a pair where it prefers the same one of two answers; chance alone would agree on 50 %.`,
  ];
}

/** Each notice once, whichever lanes gave it. */
function notices(lanes: LaneDetails[]): string[] {
  const messages = lanes.flatMap((lane) =>
    lane.events.flatMap((event) => (event.type === 'notice' ? [event.message] : [])),
  );
  return [...new Set(messages)].map((message) => `Note: ${message}`);
}

function statusLine(run: RunDetails): string {
  const reason = run.error === null ? '' : ` ${run.error.message}`;
  return `This run was ${run.status}: what was written until then is kept.${reason}`;
}

/** The strategies whose turn never came. */
function neverBegun(run: RunDetails): string[] {
  return run.settings.strategies
    .filter((name) => !run.lanes.some(({ strategy }) => strategy === name))
    .map((name) => `${strategyLabels[name]} had not begun yet.`);
}
