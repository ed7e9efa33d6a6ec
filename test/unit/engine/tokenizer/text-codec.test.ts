import { beforeAll, describe, expect, it } from 'vitest';
import { GgufMetadata, type MetadataValue } from '../../../../src-main/engine/gguf/metadata.ts';
import { openGgufFile } from '../../../../src-main/engine/gguf/open.ts';
import { byteLevelCodec } from '../../../../src-main/engine/tokenizer/byte-level.ts';
import { sentencePieceCodec } from '../../../../src-main/engine/tokenizer/sentence-piece.ts';
import { splitAtWords, type TextCodec } from '../../../../src-main/engine/tokenizer/text-codec.ts';
import { readVocabulary } from '../../../../src-main/engine/tokenizer/vocabulary.ts';
import {
  builtInGenerator,
  readFixture,
  type SentencePieceFixture,
} from '../../../helpers/generator-fixtures.ts';

function textOf(codec: TextCodec, ids: number[]): string {
  return Buffer.concat(ids.map((id) => codec.bytesOf(id))).toString('utf8');
}

const byteLevel = readFixture('tokenizer-oracle.json') as {
  texts: string[];
  ids: Record<string, number[][]>;
};

describe('byteLevelCodec', () => {
  const entries = new Map<string, MetadataValue>();
  beforeAll(async () => {
    const file = await openGgufFile(builtInGenerator);
    for (const list of ['tokens', 'merges']) {
      entries.set(`tokenizer.ggml.${list}`, [
        ...(file.metadata.texts(`tokenizer.ggml.${list}`) ?? []),
      ]);
    }
    entries.set('tokenizer.ggml.token_type', [
      ...(file.metadata.numbers('tokenizer.ggml.token_type') ?? []),
    ]);
    await file.close();
  });

  it.each(Object.keys(byteLevel.ids))('gives the ids of the tokenizers library for "%s"', (pre) => {
    const metadata = new GgufMetadata(new Map([...entries, ['tokenizer.ggml.pre', pre]]));
    const codec = byteLevelCodec(metadata, readVocabulary(metadata, ''));
    byteLevel.texts.forEach((text, index) => {
      expect(codec.encode(text), JSON.stringify(text)).toEqual(byteLevel.ids[pre]?.[index]);
    });
    expect(codec.warnings).toEqual([]);
  });

  it('warns where the file does not say how words are split, and refuses unknown ways', () => {
    const unnamed = new GgufMetadata(entries);
    expect(byteLevelCodec(unnamed, readVocabulary(unnamed, '')).warnings).toHaveLength(1);
    const odd = new GgufMetadata(new Map([...entries, ['tokenizer.ggml.pre', 'odd']]));
    expect(() => byteLevelCodec(odd, readVocabulary(odd, ''))).toThrow(
      expect.objectContaining({ code: 'model-tokenizer-unsupported' }),
    );
  });
});

const pieces = readFixture('sentence-piece-oracle.json') as SentencePieceFixture;

describe('sentencePieceCodec', () => {
  const metadata = new GgufMetadata(
    new Map<string, MetadataValue>([
      ['tokenizer.ggml.tokens', pieces.tokens],
      ['tokenizer.ggml.scores', pieces.scores],
      ['tokenizer.ggml.token_type', pieces.kinds],
      ['tokenizer.ggml.unknown_token_id', 0],
    ]),
  );
  const codec = sentencePieceCodec(metadata, readVocabulary(metadata, ''));

  it('gives the ids of the sentencepiece library', () => {
    pieces.texts.forEach((text, index) => {
      expect(codec.encode(text), JSON.stringify(text)).toEqual(pieces.ids[index]);
    });
  });

  it('gives every text back, behind one space', () => {
    for (const text of pieces.texts) expect(textOf(codec, codec.encode(text))).toBe(` ${text}`);
    expect(codec.dropsFirstSpace).toBe(true);
  });

  it('never makes a control token or a byte token of a text that looks like one', () => {
    for (const text of ['<s>', '</s>', '<unk>', '<0x41>']) {
      const ids = codec.encode(text);
      expect(ids.every((id) => pieces.kinds[id] !== 3)).toBe(true);
      expect(textOf(codec, ids)).toBe(` ${text}`);
    }
  });
});

describe('splitAtWords', () => {
  it('cuts at the longest word and leaves no empty pieces', () => {
    const words = new Map([
      ['<a>', 1],
      ['<a><b>', 2],
    ]);
    expect(splitAtWords('<a><b>x<a>', words)).toEqual([2, 'x', 1]);
    expect(splitAtWords('', words)).toEqual([]);
    expect(splitAtWords('x', new Map())).toEqual(['x']);
  });
});
