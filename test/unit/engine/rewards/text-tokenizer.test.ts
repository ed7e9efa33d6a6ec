import { describe, expect, it } from 'vitest';
import {
  makeTextTokenizer,
  type TokenizerFile,
} from '../../../../src-main/engine/rewards/text-tokenizer.ts';
import { readFolderTokenizers } from '../../../helpers/model-folders.ts';

const { texts, entries } = readFolderTokenizers();

describe.each(entries.map((entry) => [entry.name, entry] as const))(
  'a reward model with the tokenizer %s',
  (_, { files, ids, control }) => {
    const file = files['tokenizer.json'] as TokenizerFile;
    const hidden = file.added_tokens.filter(({ id }) => control.includes(id));
    const tokenizer = makeTextTokenizer(file, {}, new Set(hidden.map(({ content }) => content)));

    it('encodes texts as transformers does', () => {
      for (const [index, text] of texts.entries()) {
        expect(tokenizer.encode(text), text).toEqual(ids[index]);
      }
    });
  },
);

describe('a text that goes on behind a control token', () => {
  it('is marked with a space where every text is, not where only the first one is', () => {
    const entry = entries.find(({ name }) => name === 'split-metaspace');
    const file = entry?.files['tokenizer.json'] as TokenizerFile;
    const tokenizerOf = (scheme: string) => {
      const metaspace = { type: 'Metaspace', replacement: '\u2581', prepend_scheme: scheme };
      return makeTextTokenizer(
        { ...file, normalizer: null, pre_tokenizer: metaspace },
        {},
        new Set(),
      );
    };
    const [first, always] = [tokenizerOf('first'), tokenizerOf('always')];
    expect(first.encode('a word')).toEqual(always.encode('a word'));
    expect(always.encodeLater('a word')).toEqual(always.encode('a word'));
    expect(first.encodeLater('a word')).not.toEqual(first.encode('a word'));
    expect(first.encodeLater(' a word')).toEqual(first.encode('a word'));
  });
});
