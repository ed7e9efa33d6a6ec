import * as tokenizersPackage from '@huggingface/tokenizers';

/** The parts of a tokenizer.json that byte-level and SentencePiece BPE need (format of Hugging Face's tokenizers). */
export interface EncoderJson {
  /** Words that are found in a text before anything else happens to it. */
  added_tokens?: object[];
  normalizer: object | null;
  pre_tokenizer: object | null;
  model: {
    type: 'BPE';
    vocab: Record<string, number>;
    merges: [string, string][];
    ignore_merges?: boolean;
    byte_fallback?: boolean;
    fuse_unk?: boolean;
    unk_token?: string | null;
  };
}

/** The package's own types name files without endings, which TypeScript cannot find here. */
interface Library {
  Tokenizer: new (
    json: object,
    config: object,
  ) => {
    encode(text: string, options: { add_special_tokens: boolean }): { ids: number[] };
    model: { tokens_to_ids: Map<string, number> };
  };
}

const library = tokenizersPackage as unknown as Library;

/**
 * A function from a text to its ids; it knows no special tokens but those that are given.
 * @param hidden tokens of the vocabulary that no text may become
 */
export function makeEncoder(
  json: EncoderJson,
  hidden: Iterable<string> = [],
): (text: string) => number[] {
  const complete = { added_tokens: [], post_processor: null, decoder: null, ...json };
  const tokenizer = new library.Tokenizer(complete, {});
  for (const token of hidden) tokenizer.model.tokens_to_ids.delete(token);
  return (text) => tokenizer.encode(text, { add_special_tokens: false }).ids;
}
