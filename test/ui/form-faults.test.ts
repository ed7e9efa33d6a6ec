/** What cannot be run is said beside the field that it is about, and the focus goes there. */
import { expect, it } from 'vitest';
import { describePages } from './helpers/describe-pages.ts';
import { ComparePage } from './pages/compare-page.ts';

describePages('Faults of the form', {}, (session) => {
  async function open(): Promise<ComparePage> {
    const form = new ComparePage(await session.open({ path: '/compare' }));
    await form.comeToForm();
    return form;
  }

  it('asks for a prompt', async () => {
    const form = await open();
    await form.run.click();
    await expect.poll(() => form.prompt.getAttribute('aria-invalid')).toBe('true');
    expect(await form.describedBy(form.prompt)).toMatch(/prompt/i);
    expect(await form.prompt.evaluate((field) => field === document.activeElement)).toBe(true);
    await form.prompt.fill('What is rain?');
    await expect.poll(() => form.prompt.getAttribute('aria-invalid')).toBe(null);
  });

  it.each([
    { label: 'Answers', value: '0', fault: /from 1 to 4,?.?096/ },
    { label: 'Share stopped', value: '2', fault: /from 0 to 0.95/ },
    { label: 'Temperature', value: '-1', fault: /from 0 to 10/ },
    { label: 'Seed', value: '1.5', fault: /whole number/ },
  ])('says what $label may be', async ({ label, value, fault }) => {
    const form = await open();
    await form.more.click();
    const field = form.number(label);
    await field.fill(value);
    await expect.poll(() => form.describedBy(field)).toMatch(fault);
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await form.compare('What is rain?');
    await expect.poll(() => field.evaluate((it) => it === document.activeElement)).toBe(true);
    await form.heading.waitFor();
  });

  it('asks for a strategy, at the choice of them', async () => {
    const form = await open();
    await form.more.click();
    for (const name of ['Best-of-N', 'Speculative Rejection']) {
      await form.settings.getByRole('checkbox', { name, exact: true }).uncheck();
    }
    await form.compare('What is rain?');
    const first = form.settings.getByRole('checkbox').first();
    await expect.poll(() => first.evaluate((it) => it === document.activeElement)).toBe(true);
    const group = form.settings.getByRole('group', { name: /to compare$/ });
    expect(await form.describedBy(group)).toMatch(/at least one/);
  });

  it('says how much memory would do when there is too little, and runs with that', async () => {
    const form = await open();
    await form.choice('Memory', 'A number').check();
    await form.number('Memory in megabytes').fill('0.001');
    await form.compare('What is rain?');
    const alert = form.page.getByRole('alert').first();
    await alert.getByRole('button', { name: /^Run with/ }).click();
    await form.page.getByText('Finished', { exact: true }).first().waitFor();
  });
});
