/** Two answers cut into parts for marking: what both say, or where two near-twins part. */
import { commonRuns, sameStart, type CommonRun } from './common-runs.ts';
import { countWords, splitPieces, splitWords, type Word } from './words.ts';

/** A stretch of a text. All parts of a text together are the text, to the last space. */
export interface TextPart {
  text: string;
  /** `match`: the other text has it too; `difference`: it has not; `same-start`: both begin with it. */
  kind: 'plain' | 'match' | 'difference' | 'same-start';
}

export interface MarkedPair {
  left: TextPart[];
  right: TextPart[];
  /** Words in matching runs; for differences, words that both texts begin with. */
  sharedWords: number;
}

/** Fewer common words in a row are chance: every two answers share "of the". */
const shortestRun = 3;

/** Marks runs of at least three words that both have, wherever they stand; upper and lower case and signs do not count. */
export function markMatches(left: string, right: string): MarkedPair {
  const [leftWords, rightWords] = [splitWords(left), splitWords(right)];
  const runs = commonRuns(keys(leftWords), keys(rightWords), {
    shortest: shortestRun,
    inOrder: false,
  });
  return {
    left: cut(left, leftWords, labels(leftWords, runs, 'left', 'plain', 'match')),
    right: cut(right, rightWords, labels(rightWords, runs, 'right', 'plain', 'match')),
    sharedWords: runs.reduce((sum, { length }) => sum + length, 0),
  };
}

/** Marks what one has and the other has not, read in order; every sign counts. What both begin with is a part of its own. */
export function markDifferences(left: string, right: string): MarkedPair {
  const [leftPieces, rightPieces] = [splitPieces(left), splitPieces(right)];
  const { start, runs } = alignedRuns(keys(leftPieces), keys(rightPieces));
  const mark = (text: string, pieces: Word[], side: 'left' | 'right') => {
    const marked = labels(pieces, runs, side, 'difference', 'plain');
    return cut(text, pieces, marked.fill({ kind: 'same-start', run: 0 }, 0, start));
  };
  const [leftParts, rightParts] = [
    mark(left, leftPieces, 'left'),
    mark(right, rightPieces, 'right'),
  ];
  return { left: leftParts, right: rightParts, sharedWords: wordsOfStart(leftParts) };
}

function wordsOfStart([first]: TextPart[]): number {
  return first?.kind === 'same-start' ? countWords(first.text) : 0;
}

const keys = (words: Word[]) => words.map(({ key }) => key);

/** What both begin and end with is common however short it is; between, only whole runs are. */
function alignedRuns(left: string[], right: string[]): { start: number; runs: CommonRun[] } {
  const start = sameStart(left, right);
  const [leftRest, rightRest] = [left.slice(start), right.slice(start)];
  const end = sameStart(leftRest.toReversed(), rightRest.toReversed());
  const leftEnd = leftRest.length - end;
  const rightEnd = rightRest.length - end;
  const middle = commonRuns(leftRest.slice(0, leftEnd), rightRest.slice(0, rightEnd), {
    shortest: shortestRun,
    inOrder: true,
  });
  const runs = [...middle, { left: leftEnd, right: rightEnd, length: end }];
  return {
    start,
    runs: runs.map((run) => ({ ...run, left: run.left + start, right: run.right + start })),
  };
}

type Kind = TextPart['kind'];

/** What a word is, and which run it is in: two runs side by side stay two. */
interface Label {
  kind: Kind;
  run: number | null;
}

function labels(
  words: Word[],
  runs: CommonRun[],
  side: 'left' | 'right',
  outside: Kind,
  inside: Kind,
): Label[] {
  const result = words.map((): Label => ({ kind: outside, run: null }));
  runs.forEach((run, number) => {
    result.fill({ kind: inside, run: number }, run[side], run[side] + run.length);
  });
  return result;
}

/** Cuts a text where the labels of its words change; what lies between two words of one label goes with them. */
function cut(text: string, words: Word[], labelled: Label[]): TextPart[] {
  const parts: TextPart[] = [];
  let done = 0;
  for (const { start, end, kind } of stretches(words, labelled)) {
    append(parts, text.slice(done, start), 'plain');
    append(parts, text.slice(start, end), kind);
    done = end;
  }
  append(parts, text.slice(done), 'plain');
  return parts;
}

function stretches(words: Word[], labelled: Label[]): { start: number; end: number; kind: Kind }[] {
  const result: { start: number; end: number; kind: Kind }[] = [];
  let last: Label | undefined;
  words.forEach(({ start, end }, place) => {
    const label = labelled[place] ?? { kind: 'plain', run: null };
    const open = result.at(-1);
    if (open !== undefined && last?.kind === label.kind && last.run === label.run) open.end = end;
    else result.push({ start, end, kind: label.kind });
    last = label;
  });
  return result;
}

function append(parts: TextPart[], text: string, kind: Kind): void {
  const last = parts.at(-1);
  if (text === '') return;
  if (last?.kind === 'plain' && kind === 'plain') last.text += text;
  else parts.push({ text, kind });
}
