/** Blind review: which two answers are shown on which side, what a vote says, and what all votes together say. */
import type { StrategyName } from '../contract/events.ts';
import type { RunListing } from '../contract/methods.ts';
import type { RecordedRun } from '../contract/recording.ts';
import type { Vote, VoteChoice } from '../contract/votes.ts';
import { createEventReader } from './compact-events.ts';
import { summariseLane } from './lane-summary.ts';
import { chosenCandidate, inReadingOrder } from './result.ts';
import { wilsonInterval, type Interval } from './statistics.ts';

/** A chosen answer, and what is hidden until the vote. */
export interface ReviewAnswer {
  strategy: StrategyName;
  text: string;
  reward: number;
  wallMs: number;
}

/** A run that can be reviewed: its two chosen answers in reading order. */
export interface ReviewItem {
  runId: string;
  prompt: string;
  startedAt: string;
  answers: [ReviewAnswer, ReviewAnswer];
  /** The oldest first. */
  votes: Vote[];
}

/** Null where fewer than two lanes chose an answer. */
export function itemOfListing(run: RunListing): ReviewItem | null {
  const answers = run.lanes.map(({ strategy, chosen, chosenText: text, wallMs }) => ({
    strategy,
    text,
    reward: chosen?.reward ?? null,
    wallMs,
  }));
  return itemOf(run, answers);
}

/** The same of a run with all its events. */
export function itemOfRecording(run: RecordedRun): ReviewItem | null {
  const answers = run.lanes.map(({ strategy, events, candidates }) => {
    const summary = summariseLane(events.map(createEventReader()), candidates);
    const text = chosenCandidate(summary)?.text ?? null;
    return { strategy, text, reward: summary.chosen?.reward ?? null, wallMs: summary.wallMs };
  });
  return itemOf(run, answers);
}

type PossibleAnswer = Omit<ReviewAnswer, 'text' | 'reward'> & {
  text: string | null;
  reward: number | null;
};

function itemOf(
  { id, prompt, startedAt, votes }: Pick<RunListing, 'id' | 'prompt' | 'startedAt' | 'votes'>,
  answers: PossibleAnswer[],
): ReviewItem | null {
  const chosen = answers.flatMap(({ text, reward, ...answer }) =>
    text === null || reward === null ? [] : [{ ...answer, text, reward }],
  );
  const [first, second] = inReadingOrder(chosen);
  if (first === undefined || second === undefined) return null;
  return { runId: id, prompt, startedAt, answers: [first, second], votes };
}

/** `same`: both chose the same text, so there is nothing to prefer; such a run is left out of the queue. */
export type ReviewState = 'pending' | 'done' | 'skipped' | 'same';

export function reviewState({ answers: [first, second], votes }: ReviewItem): ReviewState {
  if (first.text === second.text) return 'same';
  const last = votes.at(-1);
  if (last === undefined) return 'pending';
  return last.choice === 'skipped' ? 'skipped' : 'done';
}

/** Draws the sides. @param draw a random number; one bit of it decides */
export function drawSides(
  [first, second]: ReviewItem['answers'],
  draw: number,
): { left: ReviewAnswer; right: ReviewAnswer } {
  return (draw & 1) === 0 ? { left: first, right: second } : { left: second, right: first };
}

/** Whose answer was preferred; null for all other votes. */
export function preferredStrategy(vote: {
  left: StrategyName;
  right: StrategyName;
  choice: VoteChoice;
}): StrategyName | null {
  if (vote.choice === 'left') return vote.left;
  return vote.choice === 'right' ? vote.right : null;
}

/** What a vote turns out to have said. Null where the vote prefers neither, or both are equal in it. */
export interface Reveal {
  preferred: StrategyName | null;
  rewardAgrees: boolean | null;
  preferredFaster: boolean | null;
}

export function revealVote(
  vote: Parameters<typeof preferredStrategy>[0],
  item: ReviewItem,
): Reveal {
  const preferred = preferredStrategy(vote);
  const mine = item.answers.find(({ strategy }) => strategy === preferred);
  const other = item.answers.find(({ strategy }) => strategy !== preferred);
  if (mine === undefined || other === undefined)
    return { preferred, rewardAgrees: null, preferredFaster: null };
  const isFaster = mine.wallMs > 0 && other.wallMs > 0 && mine.wallMs !== other.wallMs;
  return {
    preferred,
    rewardAgrees: mine.reward === other.reward ? null : mine.reward > other.reward,
    preferredFaster: isFaster ? mine.wallMs < other.wallMs : null,
  };
}

export interface Tally {
  /** Votes that count: the last one of each run, without skips. */
  votes: number;
  preferred: { strategy: StrategyName; count: number }[];
  equal: number;
  bothBad: number;
  /** Share of the preferences for either answer that went to the second strategy; null where there are too few votes. */
  rate: (Interval & { strategy: StrategyName; count: number; of: number }) | null;
  rewardAgreed: { count: number; of: number };
  preferredFaster: { count: number; of: number };
}

/** A share of fewer votes says more about chance than about the strategies. */
export const fewestVotes = 5;

/** What all reviewed runs say of two strategies together. Runs that compare others do not count. */
export function tallyVotes(
  items: readonly ReviewItem[],
  [first, second]: readonly [StrategyName, StrategyName],
): Tally {
  const voted = items.flatMap((item) => {
    const vote = item.votes.at(-1);
    const isOfThese = item.answers[0].strategy === first && item.answers[1].strategy === second;
    return isOfThese && vote !== undefined && vote.choice !== 'skipped' ? [{ item, vote }] : [];
  });
  const reveals = voted.map(({ item, vote }) => revealVote(vote, item));
  const count = (strategy: StrategyName) =>
    reveals.filter(({ preferred }) => preferred === strategy).length;
  const [wins, of] = [count(second), count(first) + count(second)];
  const isEnough = of >= fewestVotes;
  return {
    votes: voted.length,
    preferred: [first, second].map((strategy) => ({ strategy, count: count(strategy) })),
    equal: voted.filter(({ vote }) => vote.choice === 'equal').length,
    bothBad: voted.filter(({ vote }) => vote.choice === 'both-bad').length,
    rate: isEnough ? { ...wilsonInterval(wins, of), strategy: second, count: wins, of } : null,
    rewardAgreed: shareOf(reveals.map(({ rewardAgrees }) => rewardAgrees)),
    preferredFaster: shareOf(reveals.map((reveal) => reveal.preferredFaster)),
  };
}

function shareOf(answers: (boolean | null)[]): { count: number; of: number } {
  return {
    count: answers.filter((answer) => answer === true).length,
    of: answers.filter((answer) => answer !== null).length,
  };
}
