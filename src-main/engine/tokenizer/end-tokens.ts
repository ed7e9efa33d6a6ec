import type { ChatTemplate } from './chat-template.ts';
import { splitAtWords } from './text-codec.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A word that no template writes by itself. */
const answer = 'wmxqzvkj';

/**
 * The ids that end an answer: those that the file names, and the control token that its chat template puts
 * behind an answer (files often name only one of them).
 * @throws chat-template-failed where the template does not even take a single question.
 */
export async function findEndTokens(
  template: ChatTemplate,
  vocabulary: Vocabulary,
): Promise<ReadonlySet<number>> {
  const question = { role: 'user', content: 'question' } as const;
  await template.render([question], true);
  const ends = new Set(vocabulary.ends);
  // Some templates refuse to lay out a finished answer; they have nothing to tell then.
  const conversation = await template
    .render([question, { role: 'assistant', content: answer }], false)
    .catch(() => '');
  const behind = conversation.split(answer).at(1) ?? '';
  const closing = splitAtWords(behind, vocabulary.control).find((piece) => piece !== '\n');
  if (typeof closing === 'number') ends.add(closing);
  return ends;
}
