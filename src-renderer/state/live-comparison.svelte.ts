/**
 * The comparison that runs now or ran last, folded from the application's events. However fast they come, what the pages
 * see is made anew at most ten times a second.
 */
import type { Client } from '../api/client.svelte.ts';
import { createPacer, type PacerSurroundings } from '../lib/pacer.ts';
import type { ComparisonEvent } from '../../src-main/contract/application-events.ts';
import type { Comparison } from '../../src-main/contract/recording.ts';
import type { RunSettings } from '../../src-main/contract/run.ts';
import { foldComparison } from '../../src-main/domain/comparison.ts';
import { announcementOf } from './comparison-words.ts';

export interface LiveComparison {
  /** Reactive. The lists of events inside grow in place: what is derived from them must depend on this object. */
  readonly current: Comparison | null;
  /** One is under way. Reactive. */
  readonly running: boolean;
  /** Begins a comparison and gives its id. Throws what comparison.start throws. */
  start(prompt: string, settings: RunSettings): Promise<string>;
  /** Stops it; resolves when the processor is free again. */
  stop(): Promise<void>;
  /** Asks what there is. Events that come meanwhile are added where they are newer. */
  load(): Promise<void>;
}

const updateMs = 100;

/** @param announce says a sentence to those who hear the page */
export function createLiveComparison(
  application: Client,
  announce: (text: string) => void,
  surroundings?: PacerSurroundings,
): LiveComparison {
  let shown = $state.raw<Comparison | null>(null);
  let folded: Comparison | null = null;
  /** Events that came while `comparison.current` was asked for; null while nothing is asked. */
  let early: { event: ComparisonEvent; sequence: number }[] | null = null;
  /** The question that is not answered yet. */
  let loading: Promise<number> | null = null;

  const pacer = createPacer(updateMs, () => (shown = folded), surroundings);

  function fold(event: ComparisonEvent): void {
    folded = foldComparison(folded, event);
  }

  async function load(): Promise<number> {
    const mine: NonNullable<typeof early> = [];
    early = mine;
    try {
      const { comparison, sequence } = await application.call('comparison.current', {});
      folded = comparison;
      for (const one of mine) if (one.sequence > sequence) fold(one.event);
      pacer.now();
      return sequence;
    } finally {
      early = null;
      loading = null;
    }
  }

  /** All who ask at one time get one answer. @returns the last event that it knows of */
  const ask = (): Promise<number> => (loading ??= load());

  function happened(event: ComparisonEvent, sequence: number): void {
    if (early === null) {
      fold(event);
      if (event.type === 'lane-event') pacer.soon();
      else pacer.now();
    } else early.push({ event, sequence });
    const words = announcementOf(event);
    if (words !== null) announce(words);
  }

  application.onRefresh(async (sequence) => {
    if ((await ask()) < sequence) await ask();
  });
  application.onEvent((event, sequence) => {
    if (event.type !== 'runs-changed' && event.type !== 'preferences-changed') {
      happened(event, sequence);
    }
  });

  return {
    get current() {
      return shown;
    },
    get running() {
      return shown !== null && shown.phase !== 'ended';
    },
    async load() {
      await ask();
    },
    async start(prompt, settings) {
      const { id } = await application.call('comparison.start', { prompt, settings });
      return id;
    },
    async stop() {
      await application.call('comparison.stop', {});
    },
  };
}
