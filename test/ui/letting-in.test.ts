/** How a browser is let in: its cookie is strict, and people follow the address from wherever they read it. */
import { expect, it } from 'vitest';
import { describePages } from './helpers/describe-pages.ts';

/** A page of another site with a link to this address, such as a terminal in a browser. */
const elsewhere = (address: string): string => `data:text/html,<a href="${address}">Winnow</a>`;

describePages('the address with the token', {}, (session) => {
  it('lets a browser in that follows it from another site, and leaves a clean address', async () => {
    const { address, origin } = await session.serve();
    const page = await session.openBlank();
    await page.goto(elsewhere(address));
    await page.getByRole('link', { name: 'Winnow' }).click();
    const navigation = page.getByRole('navigation').first();
    await navigation.waitFor();
    expect(new URL(page.url()).origin).toBe(origin);
    expect(page.url()).not.toContain('token');
    await page.reload();
    await navigation.waitFor();
  });
});
