/** The first start: what Winnow does, the sample, and the way to one's own computer. */
import type { Locator, Page } from 'playwright-core';

export class WelcomePage {
  readonly heading: Locator;
  readonly playSample: Locator;
  readonly ownPrompt: Locator;
  readonly runHere: Locator;
  readonly toTheForm: Locator;

  constructor(page: Page) {
    this.heading = page.getByRole('heading', { level: 1 });
    this.playSample = page.getByRole('button', { name: 'Play the sample' });
    this.ownPrompt = page.getByRole('button', { name: 'Start with my own prompt' });
    this.runHere = page.getByRole('link', { name: 'Run it on this computer' });
    this.toTheForm = page.getByRole('button', { name: 'Take it to the form' });
  }
}
