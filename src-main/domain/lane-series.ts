/**
 * The lines of a lane's charts, as a fold over its events. Every point carries both axes: `at`, milliseconds of the lane's
 * clock, and `tokens`, how many tokens the lane had written by then.
 */
import type { AdvancedEvent, LaneEvent, RoundEvent, ScoredEvent } from '../contract/events.ts';
import { createWaves, type Moment } from './lane-waves.ts';

/** One reward of one candidate, at the moment at which the scored text had been written. */
export interface RewardPoint extends Moment {
  index: number;
  /** Answer tokens that were scored. */
  position: number;
  /** null: the text could not be scored. */
  reward: number | null;
  /** observed: made after the lane's clock had stopped, and shown where its text was written. */
  kind: 'partial' | 'observed' | 'final';
}

/** A decision. */
export interface RoundPoint extends Moment {
  position: number;
  /** Reward of the last one kept. */
  cutoff: number | null;
  rejected: number;
  /** Live rows before the decision. */
  live: number;
}

export interface LaneSeries {
  /** In the order in which they were told. */
  rewards: RewardPoint[];
  rounds: RoundPoint[];
  /** Answers that are being written, after each change. */
  alive: (Moment & { count: number })[];
  /**
   * Bytes of the cache. While answers are written it is the most that is held, which is what the budget is kept by: the
   * tokens of a run of the graph exist twice for a moment. Between writings it is what lies there.
   */
  memory: (Moment & { bytes: number })[];
  /** Answer tokens that every live row has, after each change. */
  length: (Moment & { position: number })[];
}

export interface LaneSeriesFold {
  add(event: LaneEvent): void;
  /**
   * The lines so far. An event costs only itself: the lists are the fold's own and only grow, so read them, do not
   * change them, and do not take the same list for the same points.
   */
  series(): LaneSeries;
}

export function createLaneSeriesFold(): LaneSeriesFold {
  const fold = new SeriesFold();
  return { add: (event) => fold.add(event), series: () => ({ ...fold.lines }) };
}

class SeriesFold {
  readonly lines: LaneSeries = { rewards: [], rounds: [], alive: [], memory: [], length: [] };
  private readonly waves = createWaves();
  /** Where the lane's clock and its count of tokens are. */
  private now: Moment = { at: 0, tokens: 0 };
  /** When the last tokens were written. */
  private written: Moment = { at: 0, tokens: 0 };
  private position = 0;
  private alive = 0;
  private promptBytes = 0;
  /** Bytes that lie in the cache between two runs of the graph. */
  private heldBytes = 0;
  /** Rows when the present call of `advance` began; 0 between calls. */
  private rowsOfCall = 0;

  add(event: LaneEvent): void {
    // Looked at in a table and a sentence of its own, not along the lane's clock.
    if (event.type === 'judged') return;
    if (event.type === 'scored' && event.kind === 'observed') {
      this.addScores(event);
      return;
    }
    if (event.type === 'advanced') {
      this.addAdvanced(event);
      return;
    }
    this.endCall();
    this.now = { at: event.at, tokens: this.now.tokens };
    switch (event.type) {
      case 'prompt-read':
        this.promptBytes = event.cacheBytes;
        this.lines.memory.push({ at: 0, tokens: 0, bytes: 0 });
        this.pushMemory(Math.max(event.peakCacheBytes, event.cacheBytes));
        this.hold(event.cacheBytes);
        break;
      case 'started':
        this.waves.start(event.candidates);
        this.setAlive(event.candidates.length);
        this.hold(this.promptBytes);
        if (this.lines.length.length > 0) this.setPosition(this.position);
        this.setPosition(0);
        break;
      case 'scored':
        this.addScores(event);
        break;
      case 'round':
        this.addRound(event);
        break;
      case 'chosen':
        this.setAlive(0);
        this.hold(this.heldBytes);
        this.setPosition(this.position);
        break;
      case 'notice':
        break;
    }
  }

  private addAdvanced(event: AdvancedEvent): void {
    const rows = event.candidates.length;
    if (this.rowsOfCall === 0) this.beginCall(rows);
    const before = this.now;
    const tokens = event.candidates.reduce((sum, piece) => sum + piece.tokens.length, 0);
    this.now = { at: event.at, tokens: before.tokens + tokens };
    this.written = this.now;
    this.waves.write({ from: before, to: this.now, position: event.position }, event.candidates);
    this.pushMemory(mostHeld(event, this.promptBytes, rows / this.rowsOfCall));
    this.heldBytes = event.cacheBytes;
    this.setPosition(event.position);
    this.setAlive(event.live);
  }

  /** Writing begins, perhaps with fewer rows: those that memory did not hold went without a decision. */
  private beginCall(rows: number): void {
    this.rowsOfCall = rows;
    if (rows < this.alive) this.heldBytes = this.heldAfter(this.alive, rows);
    this.hold(this.heldBytes);
    this.setPosition(this.position);
    this.setAlive(rows);
  }

  /** Anything but writing ends a call; the run's second copy of its tokens is gone then. */
  private endCall(): void {
    if (this.rowsOfCall === 0) return;
    this.rowsOfCall = 0;
    this.hold(this.heldBytes);
  }

  private addScores({ kind, position, scores }: ScoredEvent): void {
    for (const { index, reward } of scores) {
      const end = kind === 'final' ? this.waves.endOf(index) : undefined;
      const moment =
        kind === 'observed' ? this.waves.momentOf(index, position) : (end ?? this.written);
      this.lines.rewards.push({
        at: moment.at,
        tokens: moment.tokens,
        index,
        position: end?.position ?? position,
        reward,
        kind,
      });
    }
  }

  private addRound({ position, cutoff, rejected, live }: RoundEvent): void {
    this.lines.rounds.push({ ...this.now, position, cutoff, rejected: rejected.length, live });
    const left = live - rejected.length;
    this.setAlive(left);
    this.hold(this.heldBytes);
    this.hold(this.heldAfter(live, left));
  }

  /** Bytes held after some of equally long rows went. */
  private heldAfter(rows: number, left: number): number {
    const { promptBytes, heldBytes } = this;
    return rows === 0 ? promptBytes : promptBytes + ((heldBytes - promptBytes) * left) / rows;
  }

  private hold(bytes: number): void {
    this.heldBytes = bytes;
    this.pushMemory(bytes);
  }

  private pushMemory(bytes: number): void {
    const last = this.lines.memory.at(-1);
    if (last?.bytes === bytes && isAt(last, this.now)) return;
    this.lines.memory.push({ ...this.now, bytes });
  }

  private setAlive(count: number): void {
    if (this.alive === count) return;
    this.alive = count;
    this.lines.alive.push({ ...this.now, count });
  }

  private setPosition(position: number): void {
    this.position = position;
    const last = this.lines.length.at(-1);
    if (last?.position === position && isAt(last, this.now)) return;
    this.lines.length.push({ ...this.now, position });
  }
}

const isAt = (point: Moment, moment: Moment) =>
  point.at === moment.at && point.tokens === moment.tokens;

/**
 * The most bytes held while an event's tokens were written. What the event tells is foretold for its whole call, as if
 * no row had ended since the call began; here it is for the share of the rows that were still there. Where a new call
 * follows without any other event between, that share is too small, and the bytes that truly lie there stand in for it.
 */
function mostHeld(event: AdvancedEvent, promptBytes: number, share: number): number {
  const { peakCacheBytes, cacheBytes } = event;
  return Math.max(cacheBytes, promptBytes + (peakCacheBytes - promptBytes) * share);
}
