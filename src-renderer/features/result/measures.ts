/** What stands under a chosen answer: its measures, and how far each is from the lane that is compared with. */
import type { StrategyName } from '../../../src-main/contract/events.ts';
import type { LaneView } from '../../../src-main/domain/lane-view.ts';
import { chosenCandidate, placeIn, type Place } from '../../../src-main/domain/result.ts';
import { secondOpinion } from '../../../src-main/domain/second-opinion.ts';
import { strategyLabels } from '../../../src-main/domain/strategies/index.ts';
import { countWords } from '../../../src-main/domain/words.ts';
import * as format from '../../lib/format.ts';

/** A difference as an arrow for the eye and words for everybody. */
export interface Delta {
  arrow: '↑' | '↓' | '=';
  words: string;
}

export interface Measure {
  key: 'score' | 'rank' | 'opinion' | 'length' | 'time' | 'memory' | 'written' | 'thrown-away';
  label: string;
  /** The field's term and what is counted. */
  help: string;
  value: string;
  /** What else is to know of the value, such as a share. */
  note: string | null;
  /** Against the baseline; null for the baseline itself, and where nothing can be compared. */
  delta: Delta | null;
}

/**
 * @param baseline the leftmost lane, which the others are compared with; the lane itself where it is the baseline
 */
export function measuresOf(lane: LaneView, baseline: LaneView): Measure[] {
  const { summary } = lane;
  const isBaseline = lane === baseline;
  const before = isBaseline ? null : baseline.summary;
  const chosen = summary.chosen;
  const words = chosenWords(lane);
  const thrownAway = summary.tokensThrownAway;
  return [
    {
      key: 'score',
      ...names.score,
      value: format.reward(chosen?.reward),
      note: null,
      delta: scoreDelta(chosen?.reward, before?.chosen?.reward),
    },
    { key: 'rank', ...names.rank, ...rankWords(lane, baseline), delta: null },
    ...opinionMeasures(lane, baseline),
    {
      key: 'length',
      ...names.length,
      value: words === null ? format.nothing : format.counted(words, 'word'),
      note: null,
      delta: ratioDelta(words, isBaseline ? null : chosenWords(baseline), ['longer', 'shorter']),
    },
    {
      key: 'time',
      ...names.time,
      value: format.seconds(summary.wallMs),
      note: null,
      delta: ratioDelta(summary.wallMs, before?.wallMs ?? null, ['more', 'less']),
    },
    {
      key: 'memory',
      ...names.memory,
      value: format.bytes(summary.peakCacheBytes),
      note: null,
      delta: ratioDelta(summary.peakCacheBytes, before?.peakCacheBytes ?? null, ['more', 'less']),
    },
    {
      key: 'written',
      ...names.written,
      value: format.counted(summary.tokensGenerated, 'token'),
      note: null,
      delta: ratioDelta(summary.tokensGenerated, before?.tokensGenerated ?? null, [
        'more',
        'fewer',
      ]),
    },
    {
      key: 'thrown-away',
      ...names.thrownAway,
      value: format.counted(thrownAway, 'token'),
      note: thrownAway === 0 ? null : `${shareText(thrownAway, summary.tokensGenerated)} of them`,
      delta: null,
    },
  ];
}

const names = {
  score: {
    label: 'Score',
    help: 'Reward: what the model that judges gave this answer. It has no unit; it only compares answers to the same prompt.',
  },
  rank: {
    label: 'Rank',
    help: 'The place of this answer among all answers that were written to the end, the highest score first.',
  },
  opinion: {
    label: 'Second opinion',
    help: 'What another model, which decided nothing, gave this answer, and its place among all answers that this model scored. Its scores have a scale of their own.',
  },
  length: { label: 'Answer', help: 'How long the chosen answer is.' },
  time: {
    label: 'Time',
    help: 'From the reading of the prompt to the choice, with the computer to itself. Loading the models is not in it.',
  },
  memory: {
    label: 'Peak memory',
    help: 'The most that the working memory of the answers (the KV cache) took at once. The models themselves are not in it.',
  },
  written: {
    label: 'Written',
    help: 'Tokens of all answers together, those that were stopped early included. A token is a word or a piece of one.',
  },
  thrownAway: {
    label: 'Thrown away',
    help: 'Of those, the tokens of answers that were stopped early: written, and of no use.',
  },
};

/** None where no lane has a second opinion. */
function opinionMeasures(lane: LaneView, baseline: LaneView): Measure[] {
  const [opinion, before] = [lane, baseline].map(({ summary }) => secondOpinion(summary));
  if (!opinion && !before) return [];
  const { chosen = null, judged = 0 } = opinion ?? {};
  const value =
    chosen === null
      ? format.nothing
      : `${format.reward(chosen.reward)}, ${placeWords({ rank: chosen.rank, of: judged })}`;
  const delta = lane === baseline ? null : scoreDelta(chosen?.reward, before?.chosen?.reward);
  return [{ key: 'opinion', ...names.opinion, value, note: null, delta }];
}

function chosenWords({ summary }: LaneView): number | null {
  const chosen = chosenCandidate(summary);
  return chosen === null ? null : countWords(chosen.text);
}

/** "3rd of 8"; for an answer of another lane also its place in the ranking of the baseline, which finished more. */
function rankWords(lane: LaneView, baseline: LaneView): Pick<Measure, 'value' | 'note'> {
  const index = lane.summary.chosen?.index;
  if (index === undefined) return { value: format.nothing, note: null };
  const place = placeIn(lane.summary, index);
  const there = drawsTheSame(lane, baseline) ? placeIn(baseline.summary, index) : null;
  return {
    value: place === null ? format.nothing : placeWords(place),
    note: there === null ? null : `${placeWords(there)} in ${strategyLabels[baseline.strategy]}`,
  };
}

const pair: ReadonlySet<StrategyName> = new Set(['best-of-n', 'speculative-rejection']);

const drawsTheSame = (lane: LaneView, baseline: LaneView) =>
  lane !== baseline && pair.has(lane.strategy) && pair.has(baseline.strategy);

/** "3rd of 8", "only one". */
export function placeWords({ rank, of }: Place): string {
  return of === 1 ? 'the only one finished' : `${format.ordinal(rank)} of ${format.count(of)}`;
}

function scoreDelta(value: number | undefined, before: number | undefined): Delta | null {
  if (value === undefined || before === undefined) return null;
  const change = value - before;
  const amount = format.number(Math.abs(change), 2);
  if (change === 0) return { arrow: '=', words: 'the same' };
  if (Number(amount) === 0) return { arrow: '=', words: 'about the same' };
  return change > 0
    ? { arrow: '↑', words: `${amount} higher` }
    : { arrow: '↓', words: `${amount} lower` };
}

/** @param words for more and for less than before */
export function ratioDelta(
  value: number | null,
  before: number | null,
  [more, less]: readonly [string, string],
): Delta | null {
  if (value === null || before === null || before <= 0) return null;
  const ratio = value / before;
  if (value === before) return { arrow: '=', words: 'the same' };
  if (Math.abs(ratio - 1) < 0.005) return { arrow: '=', words: 'about the same' };
  if (ratio >= 2) return { arrow: '↑', words: `${format.number(ratio, 1)} times as much` };
  return ratio > 1
    ? { arrow: '↑', words: `${format.percent(ratio - 1)} ${more}` }
    : { arrow: '↓', words: `${shareText(before - value, before)} ${less}` };
}

/** A share in percent that never says 0 or 100 where there is something left. */
function shareText(part: number, whole: number): string {
  const share = whole > 0 ? part / whole : 0;
  if (share > 0 && share < 0.005) return `less than ${format.percent(0.01)}`;
  return share < 1 ? format.percent(Math.min(0.99, share)) : format.percent(1);
}
