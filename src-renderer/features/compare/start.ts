/** Begins a run that is like an earlier one. */
import type { RunSettings } from '../../../src-main/contract/run.ts';
import { toErrorRecord } from '../../../src-main/contract/errors.ts';
import { comparison } from '../../state/comparison.svelte.ts';
import { go } from '../../state/route.svelte.ts';
import { toast } from '../../state/toasts.svelte.ts';

/** From a page that shows another run: goes to the new one, or says why there is none. */
export async function startAgain(prompt: string, settings: RunSettings): Promise<void> {
  try {
    await comparison.start(prompt, settings);
    go('/compare');
  } catch (error) {
    const { message, help } = toErrorRecord(error);
    toast({ text: `${message} ${help}`, tone: 'danger' });
  }
}
