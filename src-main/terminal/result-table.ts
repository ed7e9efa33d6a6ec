/** A finished run side by side: the chosen answers, then what each strategy took. */
import type { LaneDetails, RunDetails } from '../contract/run.ts';
import { perplexity } from '../domain/likelihood.ts';
import { secondOpinion } from '../domain/second-opinion.ts';
import { strategyLabels } from '../domain/strategies/index.ts';
import * as format from './format.ts';
import { lanesInOrder } from './run-document.ts';

const labelWidth = 20;
const gap = '  ';

/** Answers in columns narrower than this are hard to read. */
const narrowest = 24;

/** The whole result as text for a terminal of `columns` characters; lanes that do not fit side by side go below. */
export function resultTable(run: RunDetails, columns: number): string {
  const lanes = lanesInOrder(run);
  const fitting = Math.max(1, Math.floor((columns - labelWidth) / (narrowest + gap.length)));
  const beside = Math.ceil(lanes.length / Math.ceil(lanes.length / fitting));
  const tables: string[] = [];
  for (let first = 0; first < lanes.length; first += beside) {
    tables.push(laneTable(run, lanes.slice(first, first + beside), columns));
  }
  return tables.join('\n');
}

function laneTable(run: RunDetails, lanes: LaneDetails[], columns: number): string {
  const width = columnWidth(lanes.length, columns);
  const rule = '─'.repeat(labelWidth + (gap.length + width) * lanes.length);
  const rows = measuresOf(run).map(([label, value]) => [label, ...lanes.map(value)]);
  return [
    rule,
    line(['', ...lanes.map((lane) => strategyLabels[lane.strategy])], width),
    rule,
    ...answerLines(lanes, width),
    rule,
    ...rows.map((row) => line(row, width)),
    rule,
  ].join('\n');
}

type Measure = [label: string, value: (lane: LaneDetails) => string];

/** What is shown of every run; a likelihood is easier to grasp as a perplexity, so that stands beside it. */
function measuresOf(run: RunDetails): Measure[] {
  const [first, ...rest] = measures;
  return [
    first,
    ...(run.reward.kind === 'likelihood' ? [perplexityMeasure] : []),
    ...(run.judge === null ? [] : judgeMeasures),
    ...rest,
  ];
}

/** What the second reward says of the chosen answer, which one it would have chosen, and whether both think alike. */
const judgeMeasures: Measure[] = [
  [
    'Second opinion',
    (lane) => {
      const { chosen = null, judged = 0 } = secondOpinion(lane) ?? {};
      return chosen === null
        ? '–'
        : `${format.reward(chosen.reward)}, place ${chosen.rank} of ${judged}`;
    },
  ],
  [
    '  its own favourite',
    (lane) => {
      const favourite = secondOpinion(lane)?.favourite;
      if (favourite === undefined) return '–';
      const place = favourite.rank === null ? '' : `, place ${favourite.rank} by reward`;
      return `#${favourite.index}${place}`;
    },
  ],
  [
    '  agrees on',
    (lane) => {
      const agreement = secondOpinion(lane)?.agreement ?? null;
      return agreement === null ? '–' : `${Math.round(agreement * 100)} % of pairs`;
    },
  ],
];

const perplexityMeasure: Measure = [
  'Perplexity',
  ({ chosen }) => (chosen === null ? '–' : perplexity(chosen.reward).toFixed(1)),
];

const measures: [Measure, ...Measure[]] = [
  ['Reward', (lane) => format.reward(lane.chosen?.reward ?? null)],
  ['Candidate', (lane) => (lane.chosen === null ? '–' : `#${lane.chosen.index}`)],
  ['Time', (lane) => format.duration(lane.wallMs)],
  ['  writing', (lane) => format.duration(lane.timeMs.write)],
  ['  scoring', (lane) => format.duration(lane.timeMs.score)],
  ['Tokens generated', (lane) => format.wholeNumber(lane.tokensGenerated)],
  ['  thrown away', (lane) => format.wholeNumber(lane.tokensThrownAway)],
  ['Tokens scored', (lane) => format.wholeNumber(lane.tokensScored)],
  ['Peak cache', (lane) => format.megabytes(lane.peakCacheBytes)],
  ['Stopped early', stoppedEarly],
];

function stoppedEarly(lane: LaneDetails): string {
  const started = lane.candidates.filter(({ state }) => state !== 'not-started').length;
  const stopped = lane.candidates.filter(({ state }) => state === 'rejected').length;
  return `${stopped} of ${started}`;
}

function answerLines(lanes: LaneDetails[], width: number): string[] {
  const columns = lanes.map((lane) => format.wrap(chosenText(lane), width));
  const height = Math.max(...columns.map((lines) => lines.length));
  return Array.from({ length: height }, (_, row) =>
    line([row === 0 ? 'Chosen answer' : '', ...columns.map((lines) => lines[row] ?? '')], width),
  );
}

function chosenText(lane: LaneDetails): string {
  const chosen = lane.candidates.find(({ index }) => index === lane.chosen?.index);
  if (chosen === undefined) return '(no answer was chosen)';
  return chosen.text.trim() === '' ? '(the answer is empty)' : chosen.text.trim();
}

function columnWidth(lanes: number, columns: number): number {
  const free = Math.min(columns, 160) - labelWidth - gap.length * lanes;
  return Math.max(narrowest, Math.floor(free / Math.max(1, lanes)));
}

function line(cells: string[], width: number): string {
  return cells
    .map((cell, column) => format.padEnd(cell, column === 0 ? labelWidth : width))
    .join(gap)
    .trimEnd();
}
