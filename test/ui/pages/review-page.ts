/** Reviewing blind: two answers without names, the votes, and the end that tells who was who. */
import type { Locator, Page } from 'playwright-core';

export class ReviewPage {
  readonly heading: Locator;
  /** The prompt of the pair that is shown. */
  readonly prompt: Locator;
  readonly votes: Locator;
  readonly main: Locator;
  readonly whoWasWho: Locator;

  constructor(page: Page) {
    this.main = page.getByRole('main');
    this.heading = page.getByRole('heading', { level: 1, name: 'Review' });
    this.prompt = page.getByRole('heading', { level: 2, name: /^Prompt: / });
    this.votes = page.getByRole('group', { name: 'Which answer is better?' });
    this.whoWasWho = page.getByRole('list', { name: 'Who was who' });
  }

  vote(name: 'Answer 1 better' | 'Answer 2 better' | 'About equal' | 'Both bad' | 'Skip'): Locator {
    return this.votes.getByRole('button', { name: new RegExp(`^${name}`) });
  }

  answer(place: 1 | 2): Locator {
    return this.main.getByRole('article', { name: `Answer ${place}`, exact: true });
  }

  /** The end of a sitting, or of the one run. */
  end(words: string | RegExp): Locator {
    return this.main.getByRole('heading', { level: 2, name: words });
  }

  /** Which runs are listed: those that wait, are done or were skipped. */
  list(name: 'Waiting' | 'Done' | 'Skipped'): Locator {
    return this.main.getByRole('group', { name: 'Which runs' }).getByRole('radio', { name });
  }
}
