/** What a person can set. */
import type { Locator, Page } from 'playwright-core';

export class SettingsPage {
  readonly heading: Locator;
  readonly showNumbers: Locator;
  readonly letterShortcuts: Locator;
  readonly about: Locator;
  readonly prepared: Locator;
  readonly clearPrepared: Locator;
  readonly tryDevicesAgain: Locator;
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    this.heading = page.getByRole('heading', { level: 1, name: 'Settings' });
    this.showNumbers = page.getByRole('switch', { name: 'Show the exact numbers' });
    this.letterShortcuts = page.getByRole('switch', { name: 'Single letters as shortcuts' });
    this.about = page.getByRole('link', { name: 'About Winnow' });
    this.prepared = page.getByRole('status').filter({ hasText: 'repared' });
    this.clearPrepared = page.getByRole('button', { name: 'Clear prepared models' });
    this.tryDevicesAgain = page.getByRole('button', { name: 'Try the graphics cards again' });
  }

  theme(name: 'As the system' | 'Light' | 'Dark'): Locator {
    return this.page.getByRole('group', { name: 'Theme' }).getByRole('radio', { name });
  }
}
