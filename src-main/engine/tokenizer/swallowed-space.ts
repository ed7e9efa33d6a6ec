import type { GgufFile } from '../gguf/types.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Phi-3's tokens that stand for no mark in a conversation. */
const ordinary = new Set(['<unk>', '<s>', '<|endoftext|>']);

/**
 * Control tokens that take the white space behind them. Only Phi-3's SentencePiece vocabularies have such, and its files do
 * not say so; llama.cpp knows it by the model's name.
 */
export function swallowingTokens(
  { metadata }: GgufFile,
  { control }: Vocabulary,
): ReadonlySet<number> {
  const isPhi3 =
    metadata.text('general.architecture') === 'phi3' &&
    metadata.text('tokenizer.ggml.model') === 'llama';
  const swallowing = isPhi3 ? [...control].filter(([token]) => !ordinary.has(token)) : [];
  return new Set(swallowing.map(([, id]) => id));
}
