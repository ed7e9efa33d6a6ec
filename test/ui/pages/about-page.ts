/** What Winnow is, and the licences of what it is made of. */
import type { Locator, Page } from 'playwright-core';

export class AboutPage {
  readonly heading: Locator;
  readonly search: Locator;
  readonly main: Locator;

  constructor(page: Page) {
    this.main = page.getByRole('main');
    this.heading = page.getByRole('heading', { level: 1, name: 'About Winnow' });
    this.search = page.getByRole('searchbox', { name: 'Search by name or licence' });
  }
}
