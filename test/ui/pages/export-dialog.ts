/** The dialog that saves runs as CSV. */
import { text } from 'node:stream/consumers';
import type { Locator, Page } from 'playwright-core';

export class ExportDialog {
  readonly dialog: Locator;
  readonly cancel: Locator;
  readonly save: Locator;
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    this.dialog = page.getByRole('dialog', { name: 'Export to CSV' });
    this.cancel = this.dialog.getByRole('button', { name: 'Cancel' });
    this.save = this.dialog.getByRole('button', { name: 'Download' });
  }

  choice(group: 'Which runs' | 'What to save' | 'For', name: string | RegExp): Locator {
    return this.dialog.getByRole('group', { name: group }).getByRole('radio', { name });
  }

  /** Downloads the file, in a browser. */
  async download(): Promise<{ fileName: string; text: string }> {
    const started = this.page.waitForEvent('download');
    await this.save.click();
    const download = await started;
    return {
      fileName: download.suggestedFilename(),
      text: await text(await download.createReadStream()),
    };
  }
}
