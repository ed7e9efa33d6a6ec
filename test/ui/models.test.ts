/** Models of one's own: opened by their path, with what a look into them told, and remembered. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describePages } from './helpers/describe-pages.ts';
import { showsText } from './helpers/waiting.ts';
import { ComparePage } from './pages/compare-page.ts';
import { FramePage } from './pages/frame-page.ts';
import { ModelPicker, ModelsPage } from './pages/models-page.ts';

describePages('Models', { settings: null }, (session) => {
  it('opens one by its path, says that it works, and uses it from then on', async () => {
    const page = await session.open({ path: '/models' });
    const models = new ModelsPage(page);
    const picker = await models.open('write');
    await picker.lookAt(session.recorded.generator);
    await showsText(picker.found, /Works with Winnow/);
    await picker.use.click();
    await showsText(models.model('write', 'tiny.gguf').first(), /In use/);
    await page.reload();
    await models.model('write', 'tiny.gguf').first().waitFor();
  });

  it('chooses a model in the form', async () => {
    const page = await session.open({ path: '/compare' });
    const form = new ComparePage(page);
    await form.openModel('judges');
    const picker = new ModelPicker(page);
    await picker.lookAt(session.recorded.reward);
    await picker.use.click();
    await picker.dialog.waitFor({ state: 'hidden' });
    await showsText(form.settings, /reward/);
  });

  it('says why a path leads to nothing', async () => {
    const page = await session.open({ path: '/models' });
    const picker = await new ModelsPage(page).open('write');
    await picker.lookAt(join(session.recorded.folder, 'missing.gguf'));
    await showsText(picker.error, /missing\.gguf/);
    expect(await picker.use.count()).toBe(0);
  });

  it('says why a file cannot be used', async () => {
    const page = await session.open({ path: '/models' });
    const picker = await new ModelsPage(page).open('write');
    await picker.lookAt(session.recorded.database);
    await picker.error.or(picker.found).first().waitFor();
    expect(await picker.use.count()).toBe(0);
  });

  it('tells a model that judges from one that writes', async () => {
    const page = await session.open({ path: '/models' });
    const picker = await new ModelsPage(page).open('judge');
    await picker.lookAt(session.recorded.generator);
    await showsText(picker.found, /Does not work/);
    expect(await picker.use.count()).toBe(0);
  });

  it('checks a model of the list', async () => {
    const page = await session.open({ path: '/models' });
    await new FramePage(page).arriveAt('Models');
    const builtIn = new ModelsPage(page).section('write').getByRole('listitem').first();
    await builtIn.getByRole('button', { name: /^Check/ }).click();
    await showsText(builtIn.getByRole('region', { name: 'What was found' }), /Works with Winnow/);
  });

  it('says what a model needs, and measures how fast it is when it is asked to', async () => {
    const page = await session.open({ path: '/models' });
    const picker = await new ModelsPage(page).open('write');
    await picker.lookAt(session.recorded.generator);
    await showsText(
      picker.found,
      /Needs.*\d MB for 1 answer.*Computes on\s*Processor, exact \(32 bits\)/s,
    );
    await picker.found.getByRole('button', { name: 'Measure the speed' }).click();
    await showsText(picker.found, /Loading the model/);
    await showsText(picker.found, /[\d,]+ tokens a second, 16 answers at once/);
  });

  it('ends a measurement when nobody can read it any more', async () => {
    const page = await session.open({ path: '/models' });
    const calls: string[] = [];
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => calls.push(payload.toString())),
    );
    await page.reload();
    const picker = await new ModelsPage(page).open('write');
    await picker.lookAt(session.recorded.generator);
    await picker.found.getByRole('button', { name: 'Measure the speed' }).click();
    await showsText(picker.found, /Loading the model/);
    await picker.dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => calls.join()).toContain('models.stop-measuring');
  });
});
