/** A run, live or recorded: its state, its lanes, its charts, its replay and its result. */
import type { Locator, Page } from 'playwright-core';

export const laneNames = ['Best-of-N', 'Speculative Rejection'] as const;
export type LaneName = (typeof laneNames)[number];

export class RunPage {
  readonly page: Page;
  readonly heading: Locator;
  readonly stop: Locator;
  readonly newComparison: Locator;
  readonly runAgain: Locator;
  readonly duplicate: Locator;
  readonly hideNames: Locator;
  readonly export: Locator;
  readonly replay: Locator;
  /** The line of the replay bar. */
  readonly moment: Locator;
  readonly answers: Locator;

  constructor(page: Page) {
    this.page = page;
    const main = page.getByRole('main');
    this.heading = page.getByRole('heading', { level: 1 });
    this.stop = main.getByRole('button', { name: /^Stop\b/ });
    this.newComparison = main.getByRole('button', { name: 'New comparison' });
    this.runAgain = main.getByRole('button', { name: 'Run again' });
    this.duplicate = main.getByRole('button', { name: 'Duplicate' });
    this.hideNames = main.getByRole('link', { name: 'Hide which is which' });
    this.export = main.getByRole('button', { name: /^Export\b/ });
    this.replay = main.getByRole('group', { name: 'Replay' });
    this.moment = this.replay.getByRole('slider', { name: 'Moment of the run' });
    this.answers = main.getByRole('region', { name: 'All answers' }).first();
  }

  /** The word at the top: "Running", "Finished", "Stopped by you". */
  status(word: string): Locator {
    return this.page.getByRole('main').getByText(word, { exact: true }).first();
  }

  lane(name: LaneName): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  /** All answers of a lane. */
  strip(name: LaneName): Locator {
    return this.page.getByRole('region', { name: `Answers of ${name}` });
  }

  /** An answer of a lane, by its number. */
  card(name: LaneName, index: number): Locator {
    return this.strip(name).getByRole('button', { name: new RegExp(`^#${index}\\b`) });
  }

  /** A figure of a lane: the definition of a term such as "Finished". */
  async figure(name: LaneName, term: string): Promise<string> {
    const figure = this.lane(name)
      .getByText(term, { exact: true })
      .locator('xpath=following-sibling::dd');
    return (await figure.first().textContent())?.trim() ?? '';
  }

  /** How many answers of a lane are being written; 0 while there is no lane. */
  async writing(name: LaneName): Promise<number> {
    return (await this.lane(name).count()) === 0 ? 0 : Number(await this.figure(name, 'Writing'));
  }

  /** Waits until it goes on, and an answer is being written. */
  async isWriting(): Promise<void> {
    await this.status('Running').waitFor();
    const figure = this.page
      .getByRole('main')
      .getByText('Writing', { exact: true })
      .locator('xpath=following-sibling::dd');
    await figure.getByText(/[1-9]/).first().waitFor();
  }

  /** The sentence that says what was found. */
  get sentence(): Locator {
    return this.page.getByRole('heading', { level: 2 }).first();
  }

  /** What a second model says of the result. */
  get opinion(): Locator {
    return this.page.getByRole('region', { name: /^Second opinion/ });
  }

  chart(question: RegExp | string): Locator {
    return this.page.getByRole('region', { name: question });
  }

  get charts(): Locator {
    return this.page.getByRole('region', { name: 'How it went' });
  }

  speed(times: 1 | 2 | 4): Locator {
    return this.replay.getByRole('radio', { name: `${times}×` });
  }

  /** The button of the replay bar. */
  replayButton(name: 'Play' | 'Pause' | 'Replay'): Locator {
    return this.replay.getByRole('button', { name, exact: true });
  }

  get answerDialog(): Locator {
    return this.page.getByRole('dialog', { name: /^Answer #/ });
  }
}
