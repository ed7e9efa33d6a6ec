import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { pageAddress } from '../../../src-main/shell/page-address.ts';
import { registerAppScheme, serveApp } from '../../../src-main/shell/protocol.ts';
import { contentSecurityPolicy } from '../../../src-main/transport/security-headers.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';
import { protocol, resetElectron } from '../../mocks/electron.ts';

let ask: (url: string, method?: string) => Promise<Response>;

beforeEach(() => {
  resetElectron();
  const folder = temporaryFolder();
  const pages = join(folder, 'pages');
  mkdirSync(join(pages, 'assets'), { recursive: true });
  writeFileSync(join(pages, 'index.html'), '<title>Winnow</title>');
  writeFileSync(join(pages, 'assets', 'index-12345678.js'), 'start()');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  symlinkSync(join(folder, 'secret.txt'), join(pages, 'link.txt'));
  serveApp(pages);
  ask = async (url, method = 'GET') => {
    const handler = protocol.handlers.get('app');
    if (handler === undefined) throw new Error('the scheme has no handler');
    return handler(new Request(url, { method }));
  };
});

describe('app://bundle', () => {
  it('is a standard and secure scheme, registered with nothing more than it needs', () => {
    registerAppScheme();
    expect(protocol.registerSchemesAsPrivileged).toHaveBeenCalledExactlyOnceWith([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
  });

  it('gives the page and its parts, with the policy as a header', async () => {
    const page = await ask('app://bundle/');
    expect(await page.text()).toBe('<title>Winnow</title>');
    expect(page.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('Content-Security-Policy')).toBe(contentSecurityPolicy);
    const part = await ask('app://bundle/assets/index-12345678.js');
    expect(await part.text()).toBe('start()');
    expect(part.headers.get('Cache-Control')).toContain('immutable');
  });

  it('answers a question about a file without the file', async () => {
    const answer = await ask('app://bundle/', 'HEAD');
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
  });

  it.each([
    'app://bundle/../secret.txt',
    'app://bundle/..%2fsecret.txt',
    'app://bundle/%2e%2e/secret.txt',
    'app://bundle/assets/..%5c..%5csecret.txt',
    'app://bundle/%2fetc%2fpasswd',
    'app://bundle//etc/passwd',
    'app://bundle/link.txt',
    'app://bundle/%00',
    'app://bundle/assets',
    'app://bundle/nothing.js',
  ])('gives nothing for %s', async (url) => {
    const answer = await ask(url);
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain('secret');
  });

  it('answers for its own host only, and changes nothing', async () => {
    expect((await ask('app://elsewhere/index.html')).status).toBe(404);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect((await ask('app://bundle/index.html', method)).status).toBe(404);
    }
  });
});

describe('the address of the page', () => {
  it('is the bundle, whatever the environment of a packaged application says', () => {
    const bundle = { url: 'app://bundle/', origin: 'app://bundle' };
    expect(pageAddress(true, 'http://evil.example/')).toEqual(bundle);
    expect(pageAddress(false, undefined)).toEqual(bundle);
  });

  it("is the development server's while developing", () => {
    expect(pageAddress(false, 'http://localhost:5173')).toEqual({
      url: 'http://localhost:5173/',
      origin: 'http://localhost:5173',
    });
  });
});
