import { describe, expect, it } from 'vitest';
import type { NewVote, Vote } from '../../../../../src-main/contract/votes.ts';
import type { ReviewItem } from '../../../../../src-main/domain/review.ts';
import {
  ReviewSession,
  type VoteBox,
} from '../../../../../src-renderer/features/review/review-session.svelte.ts';

const answer = { reward: 1, wallMs: 1000 };
const item = (runId: string): ReviewItem => ({
  runId,
  prompt: `Prompt of ${runId}`,
  startedAt: '2026-03-01T15:42:07.123Z',
  answers: [
    { ...answer, strategy: 'best-of-n', text: 'one' },
    { ...answer, strategy: 'speculative-rejection', text: 'two' },
  ],
  votes: [],
});

/** Keeps votes as the store does: each with an id of its own, none ever changed. */
function votesInMemory(): VoteBox & { kept: Vote[]; refuse: boolean } {
  let count = 0;
  return {
    kept: [],
    refuse: false,
    save(vote: NewVote) {
      if (this.refuse) return Promise.reject(new Error('The disk is full'));
      count += 1;
      const kept = { ...vote, id: `vote-${count}`, votedAt: '2026-03-01T15:42:07.123Z' };
      this.kept.push(kept);
      return Promise.resolve(kept);
    },
    remove(id) {
      this.kept = this.kept.filter((vote) => vote.id !== id);
      return Promise.resolve();
    },
  };
}

function begin(...ids: string[]) {
  const box = votesInMemory();
  const bits = [0, 1, 1, 0];
  const session = new ReviewSession(ids.map(item), box, () => bits.shift() ?? 0);
  const kept = () => box.kept.map(({ runId, choice }) => `${runId}: ${choice}`);
  return { box, session, kept };
}

describe('a sitting of a reviewer', () => {
  it('draws the sides once for each pair, and stores them with the vote', async () => {
    const { box, session } = begin('a', 'b');
    await session.vote('left');
    await session.next();
    await session.vote('left');
    expect(box.kept).toMatchObject([
      { runId: 'a', left: 'best-of-n', right: 'speculative-rejection', blind: true },
      { runId: 'b', left: 'speculative-rejection', right: 'best-of-n', votedBeforeEnd: false },
    ]);
    expect(session.sidesOf(item('b')).left.strategy).toBe('speculative-rejection');
  });

  it('stays with the pair after a vote, and goes on when asked to', async () => {
    const { session } = begin('a', 'b');
    await session.next();
    expect(session.current?.runId).toBe('a');
    await session.vote('equal');
    expect(session.current?.runId).toBe('a');
    await session.next();
    expect(session.current?.runId).toBe('b');
    await session.vote('both-bad');
    await session.next();
    expect(session.current).toBeNull();
  });

  it('goes on at once after a skip', async () => {
    const { session, kept } = begin('a', 'b');
    await session.vote('skipped');
    expect(session.current?.runId).toBe('b');
    expect(kept()).toEqual(['a: skipped']);
  });

  it('a second vote on a pair takes the place of the first', async () => {
    const { session, kept } = begin('a');
    await session.vote('left');
    await session.vote('right');
    expect(kept()).toEqual(['a: right']);
  });

  it('reasons and note are stored when the reviewer goes on, and only then', async () => {
    const { box, session } = begin('a', 'b');
    await session.vote('left');
    session.toggleReason('clear');
    session.toggleReason('correct');
    session.toggleReason('clear');
    session.comment = 'Short and right';
    expect(box.kept).toMatchObject([{ reasons: [], comment: '' }]);
    await session.next();
    expect(box.kept).toMatchObject([
      { choice: 'left', reasons: ['correct'], comment: 'Short and right' },
    ]);
    expect(session.reasons).toEqual([]);
    expect(session.comment).toBe('');
  });

  it('what was typed is kept when the page is left', async () => {
    const { box, session } = begin('a');
    await session.keepReasons();
    await session.vote('left');
    session.comment = 'Because';
    await session.keepReasons();
    expect(box.kept).toMatchObject([{ comment: 'Because' }]);
  });

  it('a vote that is changed once the names are told is not blind; reasons that come then change nothing', async () => {
    const { box, session } = begin('a');
    await session.vote('left');
    session.tell(item('a'));
    session.toggleReason('clear');
    await session.keepReasons();
    expect(box.kept).toMatchObject([{ choice: 'left', blind: true, reasons: ['clear'] }]);
    await session.vote('right');
    expect(box.kept).toMatchObject([{ choice: 'right', blind: false }]);
  });

  it('a vote on a pair whose names an earlier sitting told is not blind; one that it skipped is', async () => {
    const first = begin('a', 'b');
    await first.session.vote('left');
    await first.session.next();
    await first.session.vote('skipped');
    const again = ['a', 'b'].map((id) => ({
      ...item(id),
      votes: first.box.kept.filter(({ runId }) => runId === id),
    }));
    const box = votesInMemory();
    const session = new ReviewSession(again, box, () => 0);
    await session.vote('right');
    await session.next();
    await session.vote('right');
    expect(box.kept).toMatchObject([
      { runId: 'a', blind: false },
      { runId: 'b', blind: true },
    ]);
  });

  it('a vote that is taken back at the end, where the names are told, and given again is not blind', async () => {
    const { box, session } = begin('a');
    await session.vote('left');
    await session.next();
    await session.undo();
    await session.vote('right');
    expect(box.kept).toMatchObject([{ choice: 'right', blind: false }]);
  });

  it('takes the last vote back and shows its pair again, one after the other', async () => {
    const { session, kept } = begin('a', 'b', 'c');
    await session.undo();
    expect(session.place).toBe(0);
    await session.vote('left');
    await session.next();
    await session.vote('skipped');
    await session.undo();
    expect(session.current?.runId).toBe('b');
    expect(kept()).toEqual(['a: left']);
    await session.undo();
    expect(session.current?.runId).toBe('a');
    expect(kept()).toEqual([]);
    expect(session.canUndo).toBe(false);
  });

  it('keys that come faster than the store work one after the other', async () => {
    const { session, kept } = begin('a', 'b');
    void session.vote('left');
    void session.next();
    void session.vote('right');
    await session.next();
    expect(kept()).toEqual(['a: left', 'b: right']);
    expect(session.current).toBeNull();
  });

  it('a vote that could not be stored is not shown as given, and can be given again', async () => {
    const { box, session } = begin('a');
    box.refuse = true;
    await session.vote('left');
    expect(session.currentVote).toBeNull();
    expect(session.error).toBeInstanceOf(Error);
    box.refuse = false;
    await session.vote('left');
    expect(session.error).toBeNull();
    expect(session.currentVote?.choice).toBe('left');
  });
});
