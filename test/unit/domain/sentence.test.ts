import { describe, expect, it } from 'vitest';
import type { RunStatus, StrategyName } from '../../../src-main/contract/events.ts';
import { summariseLane } from '../../../src-main/domain/lane-summary.ts';
import {
  comparisonSentence,
  writtenWords,
  type ComparedLane,
} from '../../../src-main/domain/sentence.ts';

interface Result {
  text?: string;
  reward?: number;
  tokens?: number;
  ms?: number;
  status?: RunStatus;
  chose?: boolean;
  /** Answers that were asked for and never started. */
  notStarted?: number;
}

function lane(strategy: StrategyName, result: Result): ComparedLane {
  const { text = 'yes', reward = 2.36, tokens = 1000, ms = 10_000, status = 'done' } = result;
  const chosen = (result.chose ?? status === 'done') ? { index: 0, reward } : null;
  const planned = 1 + (result.notStarted ?? 0);
  const candidates = summariseLane([], planned).candidates.map((candidate) => ({
    ...candidate,
    ...(candidate.index === 0 ? { text, state: 'finished' as const } : {}),
  }));
  return { strategy, status, chosen, candidates, tokensGenerated: tokens, wallMs: ms };
}

const sentence = (reference: Result, other: Result) =>
  comparisonSentence(lane('best-of-n', reference), lane('speculative-rejection', other));

describe('the sentence that compares two lanes', () => {
  it.each<[string, Result, Result, string]>([
    [
      'the same answer for less',
      {},
      { tokens: 370, ms: 4100 },
      'Speculative Rejection found the same answer in 41 % of the time and wrote 63 % fewer tokens.',
    ],
    [
      'another answer',
      {},
      { text: 'no', reward: 2.31, tokens: 370, ms: 4100 },
      'Speculative Rejection chose another answer, scored 2.31 instead of 2.36, in 41 % of the time and wrote 63 % fewer tokens.',
    ],
    [
      'fewer answers started than asked for',
      {},
      { tokens: 370, ms: 4100, notStarted: 3 },
      'Speculative Rejection, with 1 of 4 answers started, found the same answer in 41 % of the time and wrote 63 % fewer tokens.',
    ],
    [
      'rewards that differ in the third digit',
      { reward: 0.0012 },
      { text: 'no', reward: 0.0049 },
      'Speculative Rejection chose another answer, scored 0.005 instead of 0.001, in about the same time and wrote as many tokens.',
    ],
    [
      'another answer with the same score',
      {},
      { text: 'no', tokens: 999, ms: 10_100 },
      'Speculative Rejection chose another answer with the same score, 2.36, in about the same time and wrote about as many tokens.',
    ],
    [
      'slower, and more tokens',
      {},
      { tokens: 1500, ms: 13_000 },
      'Speculative Rejection found the same answer in 130 % of the time and wrote 50 % more tokens.',
    ],
    [
      'much slower',
      {},
      { tokens: 4, ms: 42_000 },
      'Speculative Rejection found the same answer in 4.2 times the time and wrote 99 % fewer tokens.',
    ],
    [
      'no times, as in a replay',
      { ms: 0 },
      { ms: 0, tokens: 500 },
      'Speculative Rejection found the same answer and wrote 50 % fewer tokens.',
    ],
    [
      'a lane stopped by hand when it had chosen already',
      {},
      { status: 'cancelled', chose: true },
      'Speculative Rejection found the same answer in about the same time and wrote as many tokens.',
    ],
    [
      'a lane stopped by hand',
      {},
      { status: 'cancelled' },
      'Speculative Rejection was stopped before it chose an answer, so there is nothing to compare.',
    ],
    [
      'a lane that failed',
      { status: 'failed' },
      {},
      'Best-of-N failed before it chose an answer, so there is nothing to compare.',
    ],
    [
      'a lane on its way',
      {},
      { status: 'running' },
      'Speculative Rejection has not finished yet, so there is nothing to compare.',
    ],
  ])('%s', (_case, reference, other, expected) => {
    expect(sentence(reference, other)).toBe(expected);
  });

  it('can count words, in all answers, those stopped early included', () => {
    const [reference, other] = [lane('best-of-n', {}), lane('speculative-rejection', {})];
    expect(comparisonSentence(written(reference, 8), written(other, 3), writtenWords)).toBe(
      'Speculative Rejection found the same answer in about the same time and wrote 63 % fewer words in all.',
    );
    expect(comparisonSentence(written(reference, 0), written(other, 3), writtenWords)).toContain(
      'wrote more words in all',
    );
  });

  it('counts words of texts that were lost by their tokens', () => {
    const lost = { ...written(lane('best-of-n', {}), 8), tokensGenerated: 16 };
    expect(writtenWords.count(lost)).toBe(16);
  });
});

/** The lane with one more candidate, so that all its words are so many, each of one token. */
function written(before: ComparedLane, words: number): ComparedLane {
  const [first] = before.candidates;
  if (first === undefined) throw new Error('A lane has a candidate');
  const candidates = [
    { ...first, text: '!' },
    { ...first, index: 1, text: 'word '.repeat(words), tokens: Array<number>(8).fill(1) },
  ];
  return { ...before, candidates, tokensGenerated: 8 };
}
