/** The models that can be used, and the dialog that opens one of one's own. */
import type { Locator, Page } from 'playwright-core';

export class ModelsPage {
  private readonly page: Page;
  readonly heading: Locator;

  constructor(page: Page) {
    this.page = page;
    this.heading = page.getByRole('heading', { level: 1, name: 'Models' });
  }

  /** The models of one kind: those that write or those that judge. */
  section(kind: 'write' | 'judge'): Locator {
    return this.page.getByRole('region', { name: new RegExp(kind, 'i') });
  }

  /** A model of the list. */
  model(kind: 'write' | 'judge', fileName: string): Locator {
    return this.section(kind).getByRole('listitem').filter({ hasText: fileName });
  }

  async open(kind: 'write' | 'judge'): Promise<ModelPicker> {
    await this.section(kind).getByRole('button', { name: 'Open a model…' }).click();
    return new ModelPicker(this.page);
  }
}

export class ModelPicker {
  readonly dialog: Locator;
  readonly path: Locator;
  readonly look: Locator;
  readonly use: Locator;
  /** What the look into the file told. */
  readonly found: Locator;
  readonly error: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole('dialog', { name: /^Open a model/ });
    this.path = this.dialog.getByRole('textbox', { name: 'Path' });
    this.look = this.dialog.getByRole('button', { name: 'Look into it' });
    this.use = this.dialog.getByRole('button', { name: 'Use this model' });
    this.found = this.dialog.getByRole('region', { name: 'What was found' });
    this.error = this.dialog.getByRole('alert');
  }

  async lookAt(path: string): Promise<void> {
    await this.path.fill(path);
    await this.look.click();
  }
}
