/** The one polite live region: short sentences for those who hear the page. components/LiveRegion.svelte shows them. */

import { untrack } from 'svelte';

let message = $state.raw({ text: '', turn: 0 });

export const announcement = {
  /** Reactive. `turn` grows with each message, so that the same words twice are still two messages. */
  get current(): { text: string; turn: number } {
    return message;
  },
};

/** Says a sentence once, when the reader is free. */
export function announce(text: string): void {
  message = { text, turn: untrack(() => message.turn) + 1 };
}
