/**
 * The comparison that runs now or ran last, folded from the application's events. However fast they come, what the pages
 * see is made anew at most ten times a second.
 */
import { application } from '../api/application.ts';
import { createPacer } from '../lib/pacer.ts';
import type { ComparisonEvent } from '../../src-main/contract/application-events.ts';
import type { Comparison } from '../../src-main/contract/recording.ts';
import type { RunSettings } from '../../src-main/contract/run.ts';
import { foldComparison } from '../../src-main/domain/comparison.ts';
import { announce } from './announcer.svelte.ts';
import { announcementOf } from './comparison-words.ts';

const updateMs = 100;

let shown = $state.raw<Comparison | null>(null);
let folded: Comparison | null = null;
/** Events that came while `comparison.current` was asked for; null while nothing is asked. */
let early: { event: ComparisonEvent; sequence: number }[] | null = null;

const pacer = createPacer(updateMs, () => {
  shown = folded;
});

export const comparison = {
  /** Reactive. The lists of events inside grow in place: what is derived from them must depend on this object. */
  get current(): Comparison | null {
    return shown;
  },
  /** One is under way. Reactive. */
  get running(): boolean {
    return shown !== null && shown.phase !== 'ended';
  },
  /** Begins a comparison and gives its id. Throws what comparison.start throws. */
  async start(prompt: string, settings: RunSettings): Promise<string> {
    const { id } = await application.call('comparison.start', { prompt, settings });
    return id;
  },
  /** Stops it; resolves when the processor is free again. */
  async stop(): Promise<void> {
    await application.call('comparison.stop', {});
  },
  /** Asks what there is. Events that come meanwhile are added where they are newer. */
  async load(): Promise<void> {
    const mine: typeof early = [];
    early = mine;
    try {
      const { comparison: current, sequence } = await application.call('comparison.current', {});
      if (early !== mine) return;
      folded = current;
      for (const one of mine) if (one.sequence > sequence) fold(one.event);
    } finally {
      if (early === mine) early = null;
    }
    pacer.now();
  },
};

function fold(event: ComparisonEvent): void {
  folded = foldComparison(folded, event);
}

application.onRefresh(() => {
  // A connection that breaks again asks again.
  comparison.load().catch(() => undefined);
});

application.onEvent((event, sequence) => {
  if (event.type === 'runs-changed' || event.type === 'preferences-changed') return;
  if (early !== null) early.push({ event, sequence });
  else {
    fold(event);
    if (event.type === 'lane-event') pacer.soon();
    else pacer.now();
  }
  const words = announcementOf(event);
  if (words !== null) announce(words);
});
