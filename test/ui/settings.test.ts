/** Settings hold: in every window, after a reload, and for the keys. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { loadBuiltGenerator } from '../../src-main/engine/generator/built-generator.ts';
import { describePages } from './helpers/describe-pages.ts';
import { showsText } from './helpers/waiting.ts';
import { AboutPage } from './pages/about-page.ts';
import { ComparePage } from './pages/compare-page.ts';
import { FramePage } from './pages/frame-page.ts';
import { HistoryPage } from './pages/history-page.ts';
import { SettingsPage } from './pages/settings-page.ts';

describePages('Settings', { withRuns: true }, (session) => {
  it('changes the theme at once, in every window, and keeps it', async () => {
    const page = await session.open({ path: '/settings' });
    const other = await session.open({ path: '/history' });
    const settings = new SettingsPage(page);
    await settings.theme('Dark').check();
    const themes = [page, other].map((each) => each.locator('html[data-theme="dark"]'));
    for (const dark of themes) await dark.waitFor();
    await page.reload();
    await themes[0]?.waitFor();
    expect(await settings.theme('Dark').isChecked()).toBe(true);
    await settings.theme('As the system').check();
  });

  it('says what lies prepared, and clears it', async () => {
    const winnow = await session.serve({ withRuns: true });
    const { preparedModels: preparedFolder } = winnow.folder;
    const path = session.recorded.generator;
    const generator = await loadBuiltGenerator({ path, preparedFolder, device: 'cpu' });
    await generator.close();
    const page = await session.open({ winnow, path: '/settings' });
    const settings = new SettingsPage(page);
    await showsText(settings.prepared, /Prepared models: .*B \(1 model\)/);
    await settings.clearPrepared.click();
    await showsText(settings.prepared, /No model lies prepared\./);
    expect(await settings.clearPrepared.count()).toBe(0);
  });

  it('forgets what was found out about devices when it is to be found out again', async () => {
    const winnow = await session.serve({ withRuns: true });
    await writeFile(winnow.folder.deviceFindings, '{}');
    const page = await session.open({ winnow, path: '/settings' });
    await new SettingsPage(page).tryDevicesAgain.click();
    await showsText(page.getByRole('status').filter({ hasText: 'next comparison' }), /again/);
    expect(existsSync(winnow.folder.deviceFindings)).toBe(false);
    // Somebody who works with the keyboard is still where they were.
    await showsText(new FramePage(page).focused, /Try the graphics cards again/);
  });

  it('follows the system until somebody chooses', async () => {
    const page = await session.open({ path: '/settings', colorScheme: 'dark' });
    await new SettingsPage(page).heading.waitFor();
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await background();
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(background).not.toBe(dark);
  });

  it('opens the exact numbers of the form from the start', async () => {
    const page = await session.open({ path: '/settings' });
    await new SettingsPage(page).showNumbers.check();
    await new FramePage(page).goTo('New comparison');
    await new ComparePage(page).number('Temperature').waitFor();
  });

  it('lists the shortcuts that work on the page', async () => {
    const page = await session.open({ path: '/history' });
    await new HistoryPage(page).heading.waitFor();
    await page.keyboard.press('Control+/');
    const dialog = page.getByRole('dialog', { name: 'Shortcuts' });
    await dialog.getByRole('rowheader', { name: 'Next run' }).waitFor();
    await dialog.getByRole('rowheader', { name: 'New comparison' }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await new FramePage(page).openShortcuts();
    await dialog.waitFor();
  });

  it('leaves letters alone once they are turned off', async () => {
    const winnow = await session.serve({ withRuns: true });
    const page = await session.open({ winnow, path: '/history' });
    const history = new HistoryPage(page);
    const [first = ''] = await expect
      .poll(() => history.prompts())
      .toHaveLength(4)
      .then(() => history.prompts());
    const focused = new FramePage(page).focused;
    await page.keyboard.press('j');
    await showsText(focused, first);
    await page.goto(`${winnow.origin}/#/settings`);
    await new SettingsPage(page).letterShortcuts.uncheck();
    await page.goto(`${winnow.origin}/#/history`);
    await history.link(first).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Control+k');
    expect(await history.search.inputValue()).toBe('');
    await showsText(page.locator('body'), /History/);
    await history.search.blur();
    await page.keyboard.press('j');
    expect(await history.link(first).evaluate((link) => link === document.activeElement)).toBe(
      false,
    );
  });

  it('names the works of others and their licences', async () => {
    const page = await session.open({ path: '/settings' });
    await new SettingsPage(page).about.click();
    const about = new AboutPage(page);
    await about.search.fill('svelte');
    await about.main
      .getByText(/^svelte \d/)
      .first()
      .waitFor();
  });
});
