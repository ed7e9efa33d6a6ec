/** Waiting for what a page comes to show: asks again until it is so, and fails with what it was instead. */
import { expect } from 'vitest';
import type { Locator } from 'playwright-core';

/** Waits until the text of an element is or holds this. */
export const showsText = (locator: Locator, text: string | RegExp): Promise<void> =>
  expect.poll(() => locator.textContent()).toMatch(text);
