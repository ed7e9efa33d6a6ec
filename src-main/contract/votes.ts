/** What a person says of the two chosen answers of a run. */
import * as v from 'valibot';
import { strategyNames, type StrategyName } from './events.ts';

export const voteChoices = ['left', 'right', 'equal', 'both-bad', 'skipped'] as const;
export type VoteChoice = (typeof voteChoices)[number];

export const voteReasons = [
  'correct',
  'complete',
  'clear',
  'right-length',
  'followed-instruction',
  'better-tone',
] as const;
export type VoteReason = (typeof voteReasons)[number];

/** A vote as it is given. */
export interface NewVote {
  runId: string;
  /** Whose answer stood on which side. */
  left: StrategyName;
  right: StrategyName;
  choice: VoteChoice;
  reasons: VoteReason[];
  comment: string;
  /** The names were hidden when the vote was given. */
  blind: boolean;
  /** Given before both answers were complete. */
  votedBeforeEnd: boolean;
  /** The vote that this one repeats with the sides swapped, to see whether the voter is of one mind. */
  repeatOf: string | null;
}

export interface Vote extends NewVote {
  id: string;
  /** RFC 3339, UTC. */
  votedAt: string;
}

export const longestComment = 10_000;

export const newVoteSchema = v.strictObject({
  runId: v.string(),
  left: v.picklist(strategyNames),
  right: v.picklist(strategyNames),
  choice: v.picklist(voteChoices),
  reasons: v.pipe(v.array(v.picklist(voteReasons)), v.maxLength(voteReasons.length)),
  comment: v.pipe(v.string(), v.maxLength(longestComment)),
  blind: v.boolean(),
  votedBeforeEnd: v.boolean(),
  repeatOf: v.nullable(v.string()),
}) satisfies v.GenericSchema<unknown, NewVote>;
