/** The list of runs that the history shows: searched, read page by page, kept up to date. */
import type { RunListing } from '../../../src-main/contract/methods.ts';
import { application } from '../../api/application.ts';
import { toErrorRecord, type ErrorRecord } from '../../../src-main/contract/errors.ts';

const pageSize = 40;

export class History {
  search = $state('');
  runs = $state.raw<RunListing[]>([]);
  total = $state(0);
  /** The first answer is here. */
  loaded = $state(false);
  error = $state.raw<ErrorRecord | null>(null);
  readonly hasMore = $derived(this.runs.length < this.total);
  /** Answers to older questions are not shown. */
  private asked = 0;

  /** Reads what is shown again, as much of it as there was. */
  async refresh(): Promise<void> {
    await this.read(Math.min(200, Math.max(pageSize, this.runs.length)));
  }

  /** Begins at the top, for a new search. */
  async restart(): Promise<void> {
    await this.read(pageSize);
  }

  /** Reads the next page. */
  async more(): Promise<void> {
    const before = this.runs.at(-1)?.id;
    if (before === undefined) return;
    await this.ask({ before, limit: pageSize }, (runs) => [...this.runs, ...runs]);
  }

  private async read(limit: number): Promise<void> {
    await this.ask({ limit }, (runs) => runs);
  }

  private async ask(
    page: { limit: number; before?: string },
    take: (runs: RunListing[]) => RunListing[],
  ): Promise<void> {
    this.asked += 1;
    const { asked } = this;
    const search = this.search.trim();
    try {
      const parameters = search === '' ? page : { ...page, search };
      const { runs, total } = await application.call('runs.list', parameters);
      if (asked !== this.asked) return;
      this.runs = take(runs);
      this.total = total;
      this.error = null;
    } catch (error) {
      if (asked === this.asked) this.error = toErrorRecord(error);
    }
    this.loaded = true;
  }
}
