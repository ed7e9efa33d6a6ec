/** The tokenizer of a generator that is a folder of files. */
import { assembleTokenizer, type GeneratorTokenizer } from '../tokenizer/assemble-tokenizer.ts';
import { jsonCodec } from './json-codec.ts';
import { readJsonVocabulary } from './json-vocabulary.ts';
import type { ModelFolder } from './model-folder.ts';
import { readTokenizerFiles } from './tokenizer-files.ts';

/**
 * Reads tokenizer.json and the chat template, and tries them. A prompt becomes the ids that transformers'
 * `apply_chat_template` gives: the template alone decides whether a token of beginning stands before it.
 * @returns to be closed after use
 * @throws model-format-unsupported, model-damaged, model-unreadable, model-tokenizer-unsupported, chat-template-missing,
 *   chat-template-failed
 */
export async function createFolderTokenizer(folder: ModelFolder): Promise<GeneratorTokenizer> {
  const files = await readTokenizerFiles(folder);
  const read = readJsonVocabulary(files);
  const { vocabulary } = read;
  const control = files.tokenizer.added_tokens.filter(({ content }) =>
    vocabulary.control.has(content),
  );
  const idsWith = (side: 'lstrip' | 'rstrip') =>
    new Set(control.filter((token) => token[side]).map(({ id }) => id));
  return assembleTokenizer({
    template: files.template,
    templateTokens: files.named,
    vocabulary,
    codec: jsonCodec(files.tokenizer, read),
    begin: null,
    swallowing: idsWith('rstrip'),
    swallowingBefore: idsWith('lstrip'),
    contextLength: files.contextLength,
  });
}
