import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  firstCutLength,
  frameLength,
  framePair,
  paddedLength,
  roomBeside,
  type PairFrame,
} from '../../../../src-main/engine/rewards/window.ts';

/** `[CLS] prompt [SEP] answer [SEP]`, as BERT has it. */
const frame: PairFrame = {
  before: [{ id: 101, type: 0 }],
  between: [{ id: 102, type: 0 }],
  after: [{ id: 102, type: 1 }],
  promptType: 0,
  answerType: 1,
};
const count = (length: number, from: number) => Array.from({ length }, (_, index) => from + index);

describe('a pair of texts in the window', () => {
  it('is framed by special tokens, with token types', () => {
    expect(framePair([1, 2], [3], frame, 512)).toEqual({
      ids: [101, 1, 2, 102, 3, 102],
      types: [0, 0, 0, 0, 1, 1],
      cut: false,
    });
  });

  it('may have an empty answer, which keeps its frame', () => {
    expect(framePair([1], [], frame, 512).ids).toEqual([101, 1, 102, 102]);
  });

  it('is whole as long as it fits exactly', () => {
    const pair = framePair(count(500, 1000), count(9, 2000), frame, 512);
    expect(pair.ids).toHaveLength(512);
    expect(pair.cut).toBe(false);
  });

  it('keeps the prompt’s beginning, a quarter of the window at most, and the answer’s end', () => {
    const { ids, cut } = framePair(count(300, 1000), count(400, 2000), frame, 512);
    expect(cut).toBe(true);
    expect(ids).toHaveLength(512);
    expect(ids.slice(1, 129)).toEqual(count(128, 1000));
    expect(ids.slice(130, 511)).toEqual(count(381, 2000 + 400 - 381));
  });

  it('keeps a short prompt whole when the answer is too long', () => {
    const { ids } = framePair(count(10, 1000), count(600, 2000), frame, 512);
    expect(ids.slice(1, 11)).toEqual(count(10, 1000));
    expect(ids.at(-2)).toBe(2599);
  });

  it('is cut from the stated length on, never exceeds the window, and never loses what fits', () => {
    const lengths = fc.tuple(fc.nat(700), fc.nat(700), fc.integer({ min: 16, max: 600 }));
    fc.assert(
      fc.property(lengths, ([promptLength, answerLength, windowTokens]) => {
        const pair = framePair(count(promptLength, 0), count(answerLength, 0), frame, windowTokens);
        const total = promptLength + answerLength;
        expect(pair.cut).toBe(total >= firstCutLength(windowTokens, frame));
        expect(pair.ids.length).toBeLessThanOrEqual(windowTokens);
        expect(pair.types).toHaveLength(pair.ids.length);
        if (!pair.cut) expect(pair.ids).toHaveLength(total + frameLength(frame));
      }),
    );
  });
});

describe('the room for an answer', () => {
  it('is what the prompt and the special tokens leave of the window', () => {
    expect(roomBeside(100, 512, frame)).toBe(409);
    expect(roomBeside(600, 512, frame)).toBe(0);
  });
});

describe('the padded length', () => {
  it('is the next multiple of 32 of the text’s own length', () => {
    expect([1, 31, 32, 33, 64, 65].map((length) => paddedLength(length, 512))).toEqual([
      32, 32, 32, 64, 64, 96,
    ]);
  });

  it('never exceeds the window', () => {
    expect(paddedLength(99, 100)).toBe(100);
  });
});
