/** The list of runs. */
import type { Locator, Page } from 'playwright-core';

export class HistoryPage {
  readonly page: Page;
  readonly heading: Locator;
  readonly search: Locator;
  readonly runs: Locator;
  readonly export: Locator;

  constructor(page: Page) {
    this.page = page;
    this.heading = page.getByRole('heading', { level: 1, name: 'History' });
    this.search = page.getByRole('searchbox', { name: 'Find runs by their prompt' });
    this.runs = page.getByRole('list', { name: 'Runs, the newest first' });
    this.export = page.getByRole('button', { name: 'Export to CSV…' });
  }

  /** The prompts that are listed, from the top. */
  prompts(): Promise<string[]> {
    return this.runs.getByRole('link').allTextContents();
  }

  run(prompt: string): Locator {
    return this.runs.getByRole('listitem').filter({ has: this.link(prompt) });
  }

  link(prompt: string): Locator {
    return this.page.getByRole('link', { name: prompt, exact: true });
  }

  action(what: 'Duplicate' | 'Export' | 'Delete', prompt: string): Locator {
    return this.runs.getByRole('button', { name: new RegExp(`^${what} “${escaped(prompt)}”`) });
  }
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
