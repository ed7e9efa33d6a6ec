/** What stays while pages come and go: the list of pages, the skip link, the notes, the banner and what is announced. */
import type { Locator, Page } from 'playwright-core';

export type Destination =
  'New comparison' | 'Running now' | 'History' | 'Review' | 'Models' | 'Settings';

export class FramePage {
  readonly page: Page;
  readonly navigation: Locator;
  readonly heading: Locator;
  readonly skipLink: Locator;
  readonly notes: Locator;
  readonly lostBanner: Locator;
  /** The one polite region. */
  readonly announcement: Locator;
  readonly errors: Locator;

  constructor(page: Page) {
    this.page = page;
    this.navigation = page.getByRole('navigation', { name: 'Pages' });
    this.heading = page.getByRole('heading', { level: 1 });
    this.skipLink = page.getByRole('link', { name: /^Skip to/ });
    this.notes = page.getByRole('region', { name: 'Notes' });
    this.lostBanner = page.getByText('Connecting again…', { exact: true });
    this.announcement = page.getByRole('status').last();
    this.errors = page.getByRole('alert');
  }

  link(name: Destination): Locator {
    return this.navigation.getByRole('link', { name, exact: true });
  }

  async goTo(name: Destination): Promise<void> {
    await this.link(name).click();
  }

  /** Waits for the page with this heading. */
  async arriveAt(heading: string): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
  }

  /** The button of a note at the bottom, such as "Undo". */
  noteAction(name: string): Locator {
    return this.notes.getByRole('button', { name, exact: true });
  }

  /** What has the focus, as its role or tag and its name or text. */
  get focused(): Locator {
    return this.page.locator(':focus');
  }

  async openShortcuts(): Promise<Locator> {
    await this.navigation.getByRole('button', { name: 'Shortcuts' }).click();
    return this.page.getByRole('dialog', { name: 'Shortcuts' });
  }
}
