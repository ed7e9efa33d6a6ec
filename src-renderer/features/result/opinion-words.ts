/** What the second opinion says of a run, in sentences for people who do not count pairs. */
import type { LaneView } from '../../../src-main/domain/lane-view.ts';
import { chosenCandidate, inReadingOrder } from '../../../src-main/domain/result.ts';
import { secondOpinion, type SecondOpinion } from '../../../src-main/domain/second-opinion.ts';
import { strategyLabels } from '../../../src-main/domain/strategies/index.ts';
import * as format from '../../lib/format.ts';

interface JudgedLane {
  lane: LaneView;
  opinion: SecondOpinion;
}

/** Empty where nothing was judged. */
export function opinionWords(lanes: readonly LaneView[]): string[] {
  const judged = inReadingOrder(lanes).flatMap((lane): JudgedLane[] => {
    const opinion = secondOpinion(lane.summary);
    return opinion === null ? [] : [{ lane, opinion }];
  });
  const widest = judged.toSorted((a, b) => b.opinion.judged - a.opinion.judged)[0];
  if (widest === undefined) return [];
  return [preferenceWords(judged), favouriteWords(widest), agreementWords(widest)].filter(
    (words) => words !== '',
  );
}

/** Which of the first two chosen answers it would have; nothing where there is no choice. */
function preferenceWords(judged: readonly JudgedLane[]): string {
  const [first, second] = judged;
  const [before, after] = [first?.opinion.chosen?.reward, second?.opinion.chosen?.reward];
  if (first === undefined || second === undefined) return '';
  if (before === undefined || after === undefined) return '';
  const [textBefore, textAfter] = [first, second].map(
    ({ lane }) => chosenCandidate(lane.summary)?.text,
  );
  if (textBefore === textAfter) return '';
  if (before === after) return 'It finds both chosen answers equally good.';
  const [better, best, other] = after > before ? [second, after, before] : [first, before, after];
  return `Of the chosen answers it prefers that of ${strategyLabels[better.lane.strategy]}: ${format.reward(best)} against ${format.reward(other)}.`;
}

function favouriteWords({ lane, opinion }: JudgedLane): string {
  const { favourite, judged } = opinion;
  if (judged < 2) return '';
  const among = `of the ${format.counted(judged, 'answer')} that ${strategyLabels[lane.strategy]} finished`;
  if (favourite.index === lane.summary.chosen?.index) {
    return `Its own favourite ${among} is the chosen one, too.`;
  }
  const place =
    favourite.rank === null
      ? 'which the model that decides could not score'
      : `${format.ordinal(favourite.rank)} by the score that decides`;
  return `Its own favourite ${among} is number ${favourite.index}, ${place}.`;
}

function agreementWords({ opinion: { agreement } }: JudgedLane): string {
  if (agreement === null) return '';
  return `Shown any two of them, both models prefer the same one in ${format.percent(agreement)} of all cases; chance alone would make it ${format.percent(0.5)}.`;
}
