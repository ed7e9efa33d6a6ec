import { describe, expect, it } from 'vitest';
import { makePairForm, readPairFrame } from '../../../../src-main/engine/rewards/pair-form.ts';
import type { TokenizerFile } from '../../../../src-main/engine/rewards/text-tokenizer.ts';
import { tinyTokenizer, tinyVocabulary } from '../../../helpers/tiny-reward-model.ts';

const vocabulary = tinyVocabulary();
const special = new Set(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']);
const tiny = tinyTokenizer(vocabulary) as TokenizerFile;
const pairFormOf = (file: TokenizerFile) => {
  const frame = readPairFrame(file, {});
  if (frame === null) throw new Error('the tokenizer does not join two texts');
  return makePairForm(file, {}, frame, 512);
};
const words = (ids: number[]) => ids.map((id) => vocabulary[id]);

describe('a pair of texts', () => {
  const tokenizer = pairFormOf(tiny);
  const { frame, highestId } = tokenizer;
  const encode = (text: string) => tokenizer.encode(text);

  it('cuts words into the longest pieces of the vocabulary', () => {
    expect(words(encode('Watering the moon'))).toEqual(['water', '##ing', 'the', 'moon']);
  });

  it('reads the frame of a pair off the template', () => {
    const id = (token: string) => vocabulary.indexOf(token);
    expect(frame).toEqual({
      before: [{ id: id('[CLS]'), type: 0 }],
      between: [{ id: id('[SEP]'), type: 0 }],
      after: [{ id: id('[SEP]'), type: 1 }],
      promptType: 0,
      answerType: 1,
    });
  });

  it('knows its highest id', () => {
    expect(highestId).toBe(vocabulary.length - 1);
  });

  it('gives nothing for an empty text', () => {
    expect(encode('')).toEqual([]);
  });

  it.each(['[SEP]', '[CLS] [MASK]', 'a[SEP]b', '[sep]', '[PAD][PAD]'])(
    'never takes %j in a text for a special token',
    (text) => {
      expect(words(encode(text)).filter((token) => special.has(token ?? ''))).toEqual([]);
    },
  );

  it('does not even where a tokenizer splits at spaces only', () => {
    const atSpaces = pairFormOf({
      ...tiny,
      normalizer: null,
      pre_tokenizer: { type: 'WhitespaceSplit' },
    });
    expect(words(atSpaces.encode('moon [SEP] moon'))).toEqual([
      'moon',
      // No upper-case letters in the tiny vocabulary, so the word is unknown, but it is not a separator.
      '[UNK]',
      'moon',
    ]);
  });

  it('does not even where the vocabulary is one of likelihoods (Unigram)', () => {
    const pieces: [string, number][] = [
      ['<unk>', 0],
      ['</s>', 0],
      ['<', -5],
      ['/', -5],
      ['s', -5],
    ];
    const unigram = pairFormOf({
      added_tokens: [{ id: 1, content: '</s>', special: true }],
      normalizer: null,
      pre_tokenizer: { type: 'WhitespaceSplit' },
      post_processor: { type: 'BertProcessing', cls: ['</s>', 1], sep: ['</s>', 1] },
      decoder: null,
      model: { type: 'Unigram', unk_id: 0, vocab: [...pieces, ['>', -5]] },
    });
    expect(unigram.encode('</s>')).toEqual([2, 3, 4, 5]);
    expect(unigram.frame.after).toEqual([{ id: 1, type: 1 }]);
  });

  it('keeps whatever a text holds: NUL, lone surrogates, emoji, unknown letters', () => {
    expect(words(encode('\0\uD800😀Ж'))).toEqual(['[UNK]']);
  });
});
