/** Runs of words that two texts share, longest first: the base of marking what matches and what differs. */

/** Words `left` to `left + length` of one text are words `right` to `right + length` of the other. */
export interface CommonRun {
  left: number;
  right: number;
  length: number;
}

export interface RunRules {
  /** Runs of fewer words are chance, not agreement. */
  shortest: number;
  /** Only runs that follow each other in both texts, as in a comparison of two versions of one text. */
  inOrder: boolean;
}

/**
 * Takes the longest common run, then the longest of what is left, and so on; no word is in two runs. In the order of the
 * left text. Fast for thousands of words, also where a text repeats itself.
 */
export function commonRuns(
  left: readonly string[],
  right: readonly string[],
  { shortest, inOrder }: RunRules,
): CommonRun[] {
  const waiting = byLength(longestRuns(left, right, shortest));
  const gaps = new Gaps(left.length, right.length, inOrder);
  const taken: CommonRun[] = [];
  for (let length = waiting.length - 1; length >= shortest; length -= 1) {
    const runs = (waiting[length] ?? []).sort(nearestFirst);
    for (const run of runs) {
      const free = gaps.freeParts(run).filter((part) => part.length >= shortest);
      for (const part of free) {
        if (part.length < length) (waiting[part.length] ??= []).push(part);
        else {
          gaps.take(part);
          taken.push(part);
        }
      }
    }
  }
  return taken.sort((a, b) => a.left - b.left);
}

/** How many words both begin with. */
export function sameStart(left: readonly string[], right: readonly string[]): number {
  const shorter = Math.min(left.length, right.length);
  let count = 0;
  while (count < shorter && left[count] === right[count]) count += 1;
  return count;
}

/** Every run that cannot be made longer on either side. They may overlap. */
function longestRuns(left: readonly string[], right: readonly string[], shortest: number) {
  const places = startsOf(right, shortest);
  const runs: CommonRun[] = [];
  for (let i = 0; i + shortest <= left.length; i += 1) {
    for (const j of places.get(keyAt(left, i, shortest)) ?? []) {
      const isMiddle = i > 0 && j > 0 && left[i - 1] === right[j - 1];
      if (isMiddle) continue;
      let length = shortest;
      while (i + length < left.length && left[i + length] === right[j + length]) length += 1;
      runs.push({ left: i, right: j, length });
    }
  }
  return runs;
}

function startsOf(words: readonly string[], shortest: number): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (let place = 0; place + shortest <= words.length; place += 1) {
    const key = keyAt(words, place, shortest);
    const known = places.get(key);
    if (known === undefined) places.set(key, [place]);
    else known.push(place);
  }
  return places;
}

/** No word holds a space, so a key means one run only. */
const keyAt = (words: readonly string[], place: number, count: number) =>
  words.slice(place, place + count).join(' ');

function byLength(runs: CommonRun[]): (CommonRun[] | undefined)[] {
  const lists: (CommonRun[] | undefined)[] = [];
  for (const run of runs) (lists[run.length] ??= []).push(run);
  return lists;
}

/** Of equally long runs, the one that moved least; then the first. */
const nearestFirst = (a: CommonRun, b: CommonRun) =>
  Math.abs(a.left - a.right) - Math.abs(b.left - b.right) || a.left - b.left;

const isTaken = -1;

/**
 * Which words are still free. A gap has a number: where order matters, a run lies in the same gap of both texts, so taking
 * one cuts its gap in two; where it does not, all is one gap.
 */
class Gaps {
  readonly #left: Int32Array;
  readonly #right: Int32Array;
  readonly #inOrder: boolean;
  #lastGap = 0;

  constructor(left: number, right: number, inOrder: boolean) {
    this.#left = new Int32Array(left);
    this.#right = new Int32Array(right);
    this.#inOrder = inOrder;
  }

  freeParts({ left, right, length }: CommonRun): CommonRun[] {
    const parts: CommonRun[] = [];
    let part: CommonRun | undefined;
    let gapOfPart: number | undefined = isTaken;
    for (let step = 0; step < length; step += 1) {
      const gap = this.#left[left + step];
      const isFree = gap !== isTaken && gap === this.#right[right + step];
      if (!isFree) part = undefined;
      else if (part !== undefined && gap === gapOfPart) part.length += 1;
      else {
        part = { left: left + step, right: right + step, length: 1 };
        gapOfPart = gap;
        parts.push(part);
      }
    }
    return parts;
  }

  take({ left, right, length }: CommonRun): void {
    const gap = this.#left[left] ?? isTaken;
    this.#left.fill(isTaken, left, left + length);
    this.#right.fill(isTaken, right, right + length);
    if (!this.#inOrder) return;
    this.#lastGap += 1;
    renumber(this.#left, left + length, gap, this.#lastGap);
    renumber(this.#right, right + length, gap, this.#lastGap);
  }
}

/** What is left of a gap behind a run becomes a gap of its own. */
function renumber(gaps: Int32Array, from: number, gap: number, next: number): void {
  for (let place = from; gaps[place] === gap; place += 1) gaps[place] = next;
}
