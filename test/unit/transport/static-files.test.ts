import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findStaticFile } from '../../../src-main/transport/static-files.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';

function pages(): string {
  const root = join(temporaryFolder(), 'pages');
  mkdirSync(join(root, 'assets'), { recursive: true });
  for (const name of [
    'index.html',
    'icon.svg',
    'two words ä.txt',
    'assets/index-BQ1x_z-9.js',
    'assets/plain.css',
    'assets/font-0a1b2c3d.woff2',
    'assets/data.unknown',
    '.hidden',
  ]) {
    writeFileSync(join(root, name), name);
  }
  writeFileSync(join(root, '..', 'secret.txt'), 'secret');
  return root;
}

describe('a path of a URL', () => {
  it.each([
    ['/', 'index.html', 'text/html; charset=utf-8', 'no-cache'],
    ['/index.html', 'index.html', 'text/html; charset=utf-8', 'no-cache'],
    ['/icon.svg', 'icon.svg', 'image/svg+xml', 'no-cache'],
    ['/two%20words%20%C3%A4.txt', 'two words ä.txt', 'text/plain; charset=utf-8', 'no-cache'],
    [
      '/assets/index-BQ1x_z-9.js',
      'assets/index-BQ1x_z-9.js',
      'text/javascript; charset=utf-8',
      'public, max-age=31536000, immutable',
    ],
    [
      '/assets/font-0a1b2c3d.woff2',
      'assets/font-0a1b2c3d.woff2',
      'font/woff2',
      'public, max-age=31536000, immutable',
    ],
    ['/assets/plain.css', 'assets/plain.css', 'text/css; charset=utf-8', 'no-cache'],
    ['/assets/data.unknown', 'assets/data.unknown', 'application/octet-stream', 'no-cache'],
  ])('%s means %s', async (urlPath, name, contentType, cacheControl) => {
    const root = pages();
    expect(await findStaticFile(root, urlPath)).toEqual({
      path: join(root, name),
      contentType,
      cacheControl,
    });
  });

  it.each(['', 'index.html', '//index.html', '/.hidden', '/assets', '/assets/', '/nothing.html'])(
    'means no file: "%s"',
    async (urlPath) => {
      expect(await findStaticFile(pages(), urlPath)).toBeNull();
    },
  );

  it('may go by a link that stays inside, and by none that leaves', async () => {
    const root = pages();
    symlinkSync('index.html', join(root, 'inside.html'));
    symlinkSync('../secret.txt', join(root, 'outside.txt'));
    symlinkSync('..', join(root, 'up'));
    symlinkSync('nowhere', join(root, 'broken.html'));
    expect(await findStaticFile(root, '/inside.html')).toMatchObject({
      path: join(root, 'index.html'),
    });
    for (const urlPath of ['/outside.txt', '/up/secret.txt', '/broken.html']) {
      expect(await findStaticFile(root, urlPath)).toBeNull();
    }
  });

  it('works where the root itself is reached by a link', async () => {
    const root = pages();
    const link = join(root, '..', 'link');
    symlinkSync(root, link);
    expect(await findStaticFile(link, '/')).toMatchObject({ path: join(root, 'index.html') });
  });

  it('never leaves the root, however it is put together', async () => {
    const root = pages();
    const pieces = [
      '/',
      '..',
      '.',
      '%2e',
      '%2f',
      '%5c',
      '\\',
      'pages',
      'assets',
      'secret.txt',
      '%00',
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), async (parts) => {
        const found = await findStaticFile(root, `/${parts.join('')}`);
        expect(found?.path.startsWith(`${root}/`) ?? true).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
