/** The form of a new comparison. */
import type { Locator, Page } from 'playwright-core';

export class ComparePage {
  readonly page: Page;
  readonly heading: Locator;
  readonly prompt: Locator;
  readonly run: Locator;
  readonly suggestions: Locator;
  readonly settings: Locator;
  readonly more: Locator;

  constructor(page: Page) {
    this.page = page;
    this.heading = page.getByRole('heading', { level: 1, name: 'New comparison' });
    this.prompt = page.getByRole('textbox', { name: 'Prompt' });
    this.run = page.getByRole('button', { name: /^Run\b/ });
    this.suggestions = page.getByRole('region', { name: 'Or begin with one of these' });
    this.settings = page.getByRole('region', { name: 'Settings' });
    this.more = this.settings.getByText('More: every number');
  }

  /** Comes to the form, also from the result of a run that still stands in its place. */
  async comeToForm(): Promise<void> {
    const leave = this.page.getByRole('main').getByRole('button', { name: 'New comparison' });
    await this.heading.or(leave).first().waitFor();
    if (await leave.isVisible()) await leave.click();
    await this.heading.waitFor();
  }

  /** Types a prompt and runs it with the settings as they are. */
  async compare(prompt: string): Promise<void> {
    await this.comeToForm();
    await this.prompt.fill(prompt);
    await this.run.click();
  }

  /** One of the choices of a setting, such as "Strict" of "How strict". */
  choice(setting: string, value: string): Locator {
    return this.settings
      .getByRole('group', { name: setting })
      .getByRole('radio', { name: value, exact: true });
  }

  /** A number behind "More". */
  number(label: string): Locator {
    return this.settings.getByRole('spinbutton', { name: label, exact: true });
  }

  /** What a field is described by: its help and its fault. */
  async describedBy(field: Locator): Promise<string> {
    const ids = (await field.getAttribute('aria-describedby'))?.split(' ') ?? [];
    const texts = ids.map((id) => this.page.locator(`[id="${id}"]`).textContent());
    return (await Promise.all(texts)).join(' ');
  }

  /** Behind "More": the model that only looks at the finished answers. */
  get secondOpinion(): Locator {
    return this.settings.getByRole('group', { name: 'Second opinion' });
  }

  async chooseSecondOpinion(name: string): Promise<void> {
    await this.secondOpinion.getByRole('button', { name: 'Change the second opinion' }).click();
    await this.page.getByRole('menuitem', { name }).click();
  }

  /** Opens the dialog for a model of one's own. */
  async openModel(which: 'writes' | 'judges'): Promise<void> {
    await this.settings.getByRole('button', { name: `Change the model that ${which}` }).click();
    await this.page.getByRole('menuitem', { name: 'Open a model…' }).click();
  }
}
