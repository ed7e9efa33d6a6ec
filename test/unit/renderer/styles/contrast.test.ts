import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(
  new URL('../../../../src-renderer/styles/tokens.css', import.meta.url),
  'utf8',
);

/** The colours of a theme by name; the dark one changes some of the light one's. */
function coloursOf(theme: 'light' | 'dark'): Map<string, string> {
  const [light = '', dark = ''] = css.split(":root[data-theme='dark']");
  const declarations = (text: string): [string, string][] =>
    [...text.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]);
  return new Map([...declarations(light), ...(theme === 'dark' ? declarations(dark) : [])]);
}

/** Relative luminance, as WCAG 2 defines it. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(first: string, second: string): number {
  const [darker = 0, lighter = 0] = [luminance(first), luminance(second)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

const strategies = ['best-of-n', 'speculative-rejection', 'greedy', 'single-sample'];
const tones = ['accent', 'danger', 'warning', 'success', 'neutral-side', ...strategies];
const surfaces = ['surface-0', 'surface-1', 'surface-2'];
const inWords: [string, string][] = [
  ...[...surfaces, 'surface-3', ...tones.map((tone) => `${tone}-soft`)].map(
    (under): [string, string] => ['text', under],
  ),
  ...surfaces.map((under): [string, string] => ['text-muted', under]),
  ...tones.flatMap((tone) =>
    [...surfaces, `${tone}-soft`].map((under): [string, string] => [tone, under]),
  ),
  ['accent-text', 'accent'],
  ['accent-text', 'accent-hover'],
];
const inMarks: [string, string][] = [
  ...[...strategies.map((strategy) => `${strategy}-mark`), 'border-strong', 'focus'].flatMap(
    (mark) => ['surface-1'].map((under): [string, string] => [mark, under]),
  ),
  ['focus', 'surface-0'],
];

describe.each(['light', 'dark'] as const)('the %s theme', (theme) => {
  const colours = coloursOf(theme);
  const contrastOf = (above: string, below: string): number =>
    contrast(colours.get(above) ?? 'missing', colours.get(below) ?? 'missing');

  it.each(inWords)('can be read: %s on %s', (above, below) => {
    expect(contrastOf(above, below)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(inMarks)('can be made out: %s on %s', (above, below) => {
    expect(contrastOf(above, below)).toBeGreaterThanOrEqual(3);
  });
});
