/** The tokenizer that a GGUF file describes. */
import { printable, tokenizerUnsupported } from '../gguf/faults.ts';
import type { GgufFile } from '../gguf/types.ts';
import {
  assembleTokenizer,
  type GeneratorTokenizer,
  type TokenizerParts,
} from './assemble-tokenizer.ts';
import { byteLevelCodec } from './byte-level.ts';
import { chatTemplateMissing } from './chat-template.ts';
import { sentencePieceCodec } from './sentence-piece.ts';
import { swallowingTokens } from './swallowed-space.ts';
import type { TextCodec } from './text-codec.ts';
import { readVocabulary, type Vocabulary } from './vocabulary.ts';

export type { GeneratorTokenizer } from './assemble-tokenizer.ts';

/**
 * Rebuilds a file's tokenizer and tries its chat template.
 * @throws chat-template-missing, chat-template-failed, model-tokenizer-unsupported, model-damaged.
 */
export async function createGeneratorTokenizer(file: GgufFile): Promise<GeneratorTokenizer> {
  return assembleTokenizer(readTokenizerParts(file));
}

/**
 * The same in parts.
 * @throws chat-template-missing, model-tokenizer-unsupported, model-damaged.
 */
export function readTokenizerParts(file: GgufFile): TokenizerParts {
  const { metadata } = file;
  const template = readTemplateSource(file);
  const vocabulary = readVocabulary(metadata, template);
  const architecture = metadata.text('general.architecture') ?? '';
  return {
    template,
    templateTokens: {
      bos_token: vocabulary.tokens[vocabulary.begin ?? -1] ?? '',
      eos_token: vocabulary.tokens[vocabulary.end ?? -1] ?? '',
    },
    vocabulary,
    codec: createCodec(file, vocabulary),
    begin: beginToken(file, vocabulary),
    swallowing: swallowingTokens(file, vocabulary),
    contextLength: metadata.number(`${architecture}.context_length`) ?? Infinity,
  };
}

function createCodec({ metadata }: GgufFile, vocabulary: Vocabulary): TextCodec {
  const model = metadata.text('tokenizer.ggml.model');
  if (model === 'gpt2') return byteLevelCodec(metadata, vocabulary);
  if (model === 'llama') return sentencePieceCodec(metadata, vocabulary);
  throw tokenizerUnsupported(`it is of a kind named "${printable(model ?? '')}"`, {
    model: printable(model ?? ''),
  });
}

function readTemplateSource({ metadata }: GgufFile): string {
  const source =
    metadata.text('tokenizer.chat_template') ?? metadata.text('tokenizer.chat_template.default');
  if (source === null || source.trim() === '') throw chatTemplateMissing();
  return source;
}

/** The token that every text must begin with, or null. */
function beginToken({ metadata }: GgufFile, { begin }: Vocabulary): number | null {
  const sentencePiece = metadata.text('tokenizer.ggml.model') === 'llama';
  return (metadata.flag('tokenizer.ggml.add_bos_token') ?? sentencePiece) ? begin : null;
}
