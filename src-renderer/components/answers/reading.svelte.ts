/** How a person likes to read two answers: the same on every page, for as long as the window is open. */

export type Marking = 'matches' | 'differences';

export const reading = $state<{
  /** Scroll one, and the others follow. */
  linked: boolean;
  /** Show headings, lists and bold text as such. */
  formatted: boolean;
  /** Mark words that the answers share, or where they part. */
  marked: boolean;
  marking: Marking;
}>({ linked: true, formatted: true, marked: false, marking: 'matches' });
