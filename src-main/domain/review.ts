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

/** So many of so many, and what that says of the true share; the interval is null where there are too few votes. */
export interface VoteShare {
  count: number;
  of: number;
  interval: Interval | null;
}

export interface Tally {
  /** Runs whose last vote says something: skips do not count. */
  votes: number;
  equal: number;
  bothBad: number;
  /** Of the votes that prefer one, those for the second strategy. */
  preferredSecond: VoteShare;
  rewardAgreed: VoteShare;
  preferredFaster: VoteShare;
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
  const count = (choice: VoteChoice) => voted.filter(({ vote }) => vote.choice === choice).length;
  const reveals = voted.map(({ item, vote }) => revealVote(vote, item));
  return {
    votes: voted.length,
    equal: count('equal'),
    bothBad: count('both-bad'),
    preferredSecond: shareOf(
      reveals.map(({ preferred }) => (preferred === null ? null : preferred === second)),
    ),
    rewardAgreed: shareOf(reveals.map(({ rewardAgrees }) => rewardAgrees)),
    preferredFaster: shareOf(reveals.map((reveal) => reveal.preferredFaster)),
  };
}

function shareOf(answers: (boolean | null)[]): VoteShare {
  const count = answers.filter((answer) => answer === true).length;
  const of = answers.filter((answer) => answer !== null).length;
  return { count, of, interval: of >= fewestVotes ? wilsonInterval(count, of) : null };
}
