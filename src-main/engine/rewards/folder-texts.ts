/** The text form of a model in a folder: read off its tokenizer and its chat template. */
import { WinnowError } from '../../contract/errors.ts';
import { ChatTemplate } from '../tokenizer/chat-template.ts';
import { encodeAround } from '../tokenizer/text-codec.ts';
import { makeChatForm, type Conversation } from './chat-form.ts';
import { unsupportedTokenizer } from './faults.ts';
import type { FolderDescription } from './folder.ts';
import { makePairForm, readPairFrame } from './pair-form.ts';
import type { TextForm } from './text-form.ts';
import { findHighestId, makeTextTokenizer } from './text-tokenizer.ts';
import { isForPairs } from './window.ts';

/** What a folder says of its texts. */
export type FolderTexts = Pick<
  FolderDescription,
  'tokenizer' | 'tokenizerConfig' | 'named' | 'chatTemplate' | 'windowTokens'
>;

/**
 * A chat template is followed unless the tokenizer has a form made for pairs of texts. Close what comes back.
 * @throws WinnowError model-tokenizer-unsupported, chat-template-failed, reward-model-invalid
 */
export async function openTextForm(folder: FolderTexts): Promise<TextForm> {
  try {
    return await open(folder);
  } catch (error) {
    if (error instanceof WinnowError) throw error;
    throw unsupportedTokenizer(error instanceof Error ? error.message : String(error), error);
  }
}

async function open(folder: FolderTexts): Promise<TextForm> {
  const { tokenizer, tokenizerConfig, chatTemplate, windowTokens } = folder;
  const frame = readPairFrame(tokenizer, tokenizerConfig);
  if (chatTemplate !== null && (frame === null || !isForPairs(frame))) {
    const conversation = conversationOf(folder, chatTemplate);
    try {
      return await makeChatForm(conversation, windowTokens);
    } catch (error) {
      await conversation.template.close();
      throw error;
    }
  }
  if (frame === null) throw new Error('the post-processor does not join two texts');
  return makePairForm(tokenizer, tokenizerConfig, frame, windowTokens);
}

function conversationOf(
  { tokenizer: file, tokenizerConfig, named }: FolderTexts,
  source: string,
): Conversation {
  const steering = file.added_tokens.filter(
    ({ special, content }) => special || (looksLikeControl(content) && source.includes(content)),
  );
  const control = new Map(steering.map(({ content, id }) => [content, id]));
  const idsWith = (side: 'lstrip' | 'rstrip') =>
    new Set(steering.filter((token) => token[side]).map(({ id }) => id));
  const [swallowingBefore, swallowing] = [idsWith('lstrip'), idsWith('rstrip')];
  const texts = makeTextTokenizer(file, tokenizerConfig, new Set(control.keys()));
  return {
    template: new ChatTemplate(source, named),
    control,
    highestId: findHighestId(file),
    encode: texts.encodeLater,
    encodeRendered: (piece, place, restore = (text) => text) =>
      encodeAround(
        piece,
        control,
        (text, index) => {
          const isFirst = place === 'start' && index === 0;
          return (isFirst ? texts.encode : texts.encodeLater)(restore(text));
        },
        swallowing,
        swallowingBefore,
      ),
  };
}

/** Some files call the marks that their template writes ordinary words. */
function looksLikeControl(content: string): boolean {
  return /^(<.+>|\[.+\])$/su.test(content);
}
