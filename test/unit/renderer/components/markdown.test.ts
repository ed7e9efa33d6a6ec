import { render } from 'svelte/server';
import { describe, expect, it } from 'vitest';
import Markdown from '../../../../src-renderer/components/Markdown.svelte';

/** The elements of a text, without Svelte's own comments. */
function html(text: string): string {
  return render(Markdown, { props: { text } })
    .body.replace(/<!--.*?-->/gs, '')
    .replace(/^<div class="[^"]*">|<\/div>$/g, '');
}

/** Every element that is there, once. */
const elements = (text: string): Set<string> =>
  new Set([...html(text).matchAll(/<(\w+)/g)].map(([, name = '']) => name));

describe('an answer in markdown', () => {
  it('has paragraphs, lists, emphasis, code and tables', () => {
    const text = '**a** *b* `c` ~~d~~\n\n- one\n- two\n\n3. three\n\n> said\n\n```\nx < y\n```';
    expect(elements(text)).toEqual(
      new Set(['p', 'strong', 'em', 'code', 's', 'ul', 'li', 'ol', 'blockquote', 'pre']),
    );
    expect(html('3. three')).toContain('<ol start="3">');
    expect(html('| a |\n|---|\n| 1 |')).toContain('<th scope="col">a</th>');
  });

  it('begins its headings under those of the page', () => {
    expect(elements('# One\n\n## Two\n\n### Three')).toEqual(new Set(['h4', 'h5']));
  });

  it('keeps single line ends, and signs as they were written', () => {
    expect(html('one\ntwo')).toMatch(/one<br\s*\/?>two/);
    expect(html('a & b &lt; c "d"')).toContain('a &amp; b &lt; c "d"');
  });

  it('shows what is to be done and what is done', () => {
    const list = html('- [x] done\n- [ ] open');
    expect(list).toMatch(/☑.*done/s);
    expect(list).toMatch(/☐.*open/s);
    expect(list).not.toContain('[x]');
  });
});

describe('nothing in it is trusted', () => {
  it.each([
    '<script>alert(1)</script>',
    'a <img src=x onerror=alert(1)> b',
    '<iframe src="https://example.org"></iframe>',
    '`<b>`<svg onload=alert(1)>',
  ])('HTML is shown as it was written: %s', (text) => {
    expect([...elements(text)].every((name) => ['p', 'code'].includes(name))).toBe(true);
    expect(html(text)).toContain('&lt;');
  });

  it('links and pictures become words', () => {
    const text =
      '[a link](https://example.org/x "t") ![a picture](https://example.org/p.png) https://example.org';
    expect(elements(text)).toEqual(new Set(['p']));
    expect(html(text)).toContain('(https://example.org/x)');
    expect(html(text)).toContain('[image: a picture]');
    expect(elements('[x](javascript:alert(1))')).toEqual(new Set(['p']));
  });
});
