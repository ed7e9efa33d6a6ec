/**
 * One sitting of a reviewer: a queue of pairs, the sides drawn for each, the votes given, and the way back. A vote is
 * stored at once; reasons and a note, which come after it, are stored when the reviewer goes on.
 */
import type { NewVote, Vote, VoteChoice, VoteReason } from '../../../src-main/contract/votes.ts';
import { drawSides, type ReviewAnswer, type ReviewItem } from '../../../src-main/domain/review.ts';

/** Where votes are kept. */
export interface VoteBox {
  save(vote: NewVote): Promise<Vote>;
  remove(id: string): Promise<void>;
}

export interface Sides {
  left: ReviewAnswer;
  right: ReviewAnswer;
}

/** The names of a pair are told once there is a vote; a skipped one may still be judged blind. */
const tells = ({ choice }: Vote): boolean => choice !== 'skipped';

export class ReviewSession {
  readonly queue: readonly ReviewItem[];
  place = $state(0);
  reasons = $state.raw<readonly VoteReason[]>([]);
  comment = $state('');
  /** Why the last vote could not be stored. */
  error = $state.raw<unknown>(null);
  /** The votes of this sitting by run. */
  votes = $state.raw<ReadonlyMap<string, Vote>>(new Map());
  readonly current = $derived.by(() => this.queue[this.place] ?? null);
  readonly currentVote = $derived.by(() =>
    this.current === null ? null : (this.votes.get(this.current.runId) ?? null),
  );
  readonly canUndo = $derived.by(() => this.votes.size > 0);
  readonly #sides: ReadonlyMap<string, Sides>;
  readonly #box: VoteBox;
  /** Runs whose names were told, now or after an earlier vote: one that is given or changed after that is not blind. */
  readonly #told: Set<string>;
  /** One change after the other: keys are faster than the store. */
  #work: Promise<void> = Promise.resolve();

  /** @param draw a new random number each time; one bit of it decides which answer stands left */
  constructor(queue: readonly ReviewItem[], box: VoteBox, draw: () => number) {
    this.queue = queue;
    this.#box = box;
    this.#told = new Set(queue.filter(({ votes }) => votes.some(tells)).map(({ runId }) => runId));
    this.#sides = new Map(queue.map(({ runId, answers }) => [runId, drawSides(answers, draw())]));
  }

  /** The sides on which the answers of a pair stand, the same for the whole sitting. */
  sidesOf({ runId, answers }: ReviewItem): Sides {
    return this.#sides.get(runId) ?? { left: answers[0], right: answers[1] };
  }

  /** Votes on the pair that is shown, again if need be. A skip goes on at once. */
  vote(choice: VoteChoice): Promise<void> {
    return this.#inTurn(async () => {
      if (this.current === null) return;
      await this.#store(this.current, choice);
      if (choice === 'skipped') this.#goTo(this.place + 1);
    });
  }

  /** Goes on to the next pair; only from one that has a vote. */
  next(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#storeReasons();
      if (this.currentVote !== null) this.#goTo(this.place + 1);
    });
  }

  /** Stores reasons and note that were given since the vote. */
  keepReasons(): Promise<void> {
    return this.#inTurn(() => this.#storeReasons());
  }

  /** Takes the last vote back, and shows its pair. */
  undo(): Promise<void> {
    return this.#inTurn(async () => {
      const last = this.currentVote ?? [...this.votes.values()].at(-1);
      if (last === undefined) return;
      await this.#box.remove(last.id);
      this.votes = new Map([...this.votes].filter(([runId]) => runId !== last.runId));
      this.#goTo(this.queue.findIndex(({ runId }) => runId === last.runId));
      this.reasons = last.reasons;
      this.comment = last.comment;
    });
  }

  /** The names of this pair are shown now. */
  tell({ runId }: ReviewItem): void {
    this.#told.add(runId);
  }

  toggleReason(reason: VoteReason): void {
    this.reasons = this.reasons.includes(reason)
      ? this.reasons.filter((each) => each !== reason)
      : [...this.reasons, reason];
  }

  #goTo(place: number): void {
    this.place = place;
    this.reasons = [];
    this.comment = '';
    // The end of a sitting tells the names of all that were voted on.
    if (this.current === null)
      for (const vote of this.votes.values()) if (tells(vote)) this.#told.add(vote.runId);
  }

  async #storeReasons(): Promise<void> {
    const { current, currentVote: vote } = this;
    if (current === null || vote === null) return;
    const isSame = vote.comment === this.comment && vote.reasons.join() === this.reasons.join();
    if (!isSame) await this.#store(current, vote.choice);
  }

  /** A vote cannot be changed: the new one is stored before the old one is taken away, so that none is ever lost. */
  async #store(item: ReviewItem, choice: VoteChoice): Promise<void> {
    const before = this.votes.get(item.runId);
    const { left, right } = this.sidesOf(item);
    // New reasons for the same choice change nothing about how it was made.
    const isSameChoice = before !== undefined && before.choice === choice;
    const vote = await this.#box.save({
      runId: item.runId,
      left: left.strategy,
      right: right.strategy,
      choice,
      reasons: [...this.reasons],
      comment: this.comment,
      blind: isSameChoice ? before.blind : !this.#told.has(item.runId),
      votedBeforeEnd: false,
      repeatOf: null,
    });
    if (before !== undefined) await this.#box.remove(before.id);
    const others = [...this.votes].filter(([runId]) => runId !== item.runId);
    this.votes = new Map([...others, [item.runId, vote]]);
  }

  #inTurn(change: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(async () => {
      try {
        await change();
        this.error = null;
      } catch (error) {
        this.error = error;
      }
    });
    return this.#work;
  }
}
