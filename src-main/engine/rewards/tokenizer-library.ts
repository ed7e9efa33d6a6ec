import * as library from '@huggingface/tokenizers';

/**
 * The part of @huggingface/tokenizers that is used here, typed: its own declarations import each other without file
 * endings, which the compiler's `nodenext` resolution cannot follow.
 */
export interface LibraryTokenizer {
  encode(text: string, options: { add_special_tokens: boolean }): { ids: (number | undefined)[] };
  token_to_id(token: string): number | undefined;
  normalizer: ((text: string) => string) | null;
  model: { tokens_to_ids: Map<string, number> };
  post_processor: {
    post_process(
      tokens: string[],
      pair: string[],
      addSpecialTokens: boolean,
    ): { tokens: string[]; token_type_ids?: number[] };
  } | null;
}

/** Throws plain errors where tokenizer.json or tokenizer_config.json is of an unknown kind. */
export const { Tokenizer } = library as unknown as {
  Tokenizer: new (
    file: Record<string, unknown>,
    config: Record<string, unknown>,
  ) => LibraryTokenizer;
};
