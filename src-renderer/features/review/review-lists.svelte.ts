/**
 * Everything that can be reviewed or was, for the lists and the tally. It is read anew after changes, but not after each
 * vote of a quick reviewer, and an older answer never takes the place of a newer one.
 */
import type { ReviewItem } from '../../../src-main/domain/review.ts';
import { createPacer, type Pacer, type PacerSurroundings } from '../../lib/pacer.ts';

/** The shortest time between two refreshes, in milliseconds. */
const intervalMs = 1000;

export class ReviewLists {
  /** Null before the first answer. */
  items = $state.raw<readonly ReviewItem[] | null>(null);
  readonly #load: () => Promise<ReviewItem[]>;
  readonly #pacer: Pacer;
  #asked = 0;

  constructor(load: () => Promise<ReviewItem[]>, surroundings?: PacerSurroundings) {
    this.#load = load;
    // Where it fails, the lists stay as they were; the next change tries again.
    this.#pacer = createPacer(
      intervalMs,
      () => void this.read().catch(() => undefined),
      surroundings,
    );
  }

  /** Throws where they cannot be read. */
  async read(): Promise<readonly ReviewItem[]> {
    this.#asked += 1;
    const asked = this.#asked;
    const items = await this.#load();
    if (asked === this.#asked) this.items = items;
    return items;
  }

  /** Something has changed. */
  refreshSoon(): void {
    this.#pacer.soon();
  }

  /** Nobody looks at them any more. */
  end(): void {
    this.#pacer.cancel();
  }
}
