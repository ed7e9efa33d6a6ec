/** When to speak of a prompt's length, and what is wrong with a prompt. */
import { toErrorRecord } from '../../../src-main/contract/errors.ts';
import { limits } from '../../../src-main/contract/settings.ts';
import { checkPrompt } from '../../../src-main/domain/prompt.ts';
import * as format from '../../lib/format.ts';

/** From this share of the limit on, the number of characters is shown. */
const nearTheLimit = 0.9;

/** null while there is room enough. */
export function lengthNote(prompt: string): string | null {
  if (prompt.length < limits.promptCharacters * nearTheLimit) return null;
  return `${format.count(prompt.length)} of ${format.count(limits.promptCharacters)} characters`;
}

/** null where a run can begin with it. The models' own limits are checked when they are loaded. */
export function promptFault(prompt: string): string | null {
  try {
    checkPrompt(prompt);
    return null;
  } catch (error) {
    const { message, help } = toErrorRecord(error);
    return `${message} ${help}`;
  }
}
