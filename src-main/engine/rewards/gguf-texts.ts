/** The text form of a reward model in a GGUF file: a conversation in its chat template. */
import { WinnowError } from '../../contract/errors.ts';
import type { GgufFile } from '../gguf/types.ts';
import type { TokenizerParts } from '../tokenizer/assemble-tokenizer.ts';
import { ChatTemplate } from '../tokenizer/chat-template.ts';
import { readTokenizerParts } from '../tokenizer/generator-tokenizer.ts';
import { encodeAround } from '../tokenizer/text-codec.ts';
import { makeChatForm } from './chat-form.ts';
import { invalidRewardModel } from './faults.ts';
import type { TextForm } from './text-form.ts';

/**
 * Close what comes back.
 * @throws model-tokenizer-unsupported, model-damaged, chat-template-failed; reward-model-invalid where there is no chat
 *   template, or one for search results
 */
export async function openGgufTexts(file: GgufFile, windowTokens: number): Promise<TextForm> {
  if (file.metadata.has('tokenizer.chat_template.rerank')) {
    throw invalidRewardModel('This model ranks search results, and was not made to judge answers.');
  }
  const parts = readParts(file);
  const { vocabulary, codec } = parts;
  const template = new ChatTemplate(parts.template, parts.templateTokens);
  try {
    return await makeChatForm(
      {
        template,
        control: vocabulary.control,
        highestId: vocabulary.tokens.length - 1,
        encode: (text) => codec.encode(text, true),
        encodeRendered: (piece, place, restore = (text) => text) =>
          encodeRendered(parts, piece, place, restore),
      },
      windowTokens,
    );
  } catch (error) {
    await template.close();
    throw error;
  }
}

function readParts(file: GgufFile): TokenizerParts {
  try {
    return readTokenizerParts(file);
  } catch (error) {
    if (!(error instanceof WinnowError) || error.code !== 'chat-template-missing') throw error;
    throw invalidRewardModel(
      'This reward model does not say how prompt and answer are laid out (it has no chat template).',
      {},
      error,
    );
  }
}

function encodeRendered(
  { vocabulary, codec, swallowing, begin }: TokenizerParts,
  piece: string,
  place: 'start' | 'later',
  restore: (text: string) => string,
): number[] {
  const encode = (text: string, index: number) =>
    codec.encode(restore(text), place === 'later' || index > 0);
  const ids = encodeAround(piece, vocabulary.control, encode, swallowing);
  const missesBegin = place === 'start' && begin !== null && ids[0] !== begin;
  return missesBegin ? [begin, ...ids] : ids;
}
