import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { longestMessage } from '../../../src-main/contract/messages.ts';
import { smallApplication } from '../../helpers/small-application.ts';
import {
  ask,
  closeCode,
  nextMessage,
  openSocket,
  pageHeaders,
  pathOf,
  readyExport,
  sendRaw,
  serveForTest,
  type ServedForTest,
} from '../../helpers/served-application.ts';

/** The server is as it was: it serves the page, and answers a call. */
async function goesOn(served: ServedForTest): Promise<void> {
  expect((await ask(served, { headers: { cookie: served.cookie } })).status).toBe(200);
  const socket = await openSocket(served);
  const answer = nextMessage(socket);
  socket.send(JSON.stringify({ type: 'call', id: 1, method: 'comparison.stop', parameters: {} }));
  expect(await answer).toEqual({ type: 'result', id: 1, value: null });
  socket.close();
}

describe('whoever has the newest address', () => {
  it('gets a cookie and a clean address', async () => {
    const served = await serveForTest();
    const { status, headers } = await ask(served, { path: pathOf(served.address) });
    expect(status).toBe(200);
    expect(headers.refresh).toBe('0; url=/');
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(
        new RegExp(`^winnow-${served.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
      ),
    ]);
    await goesOn(served);
  });

  it('can use it once only', async () => {
    const served = await serveForTest();
    const path = pathOf(served.address);
    expect((await ask(served, { path })).status).toBe(200);
    const second = await ask(served, { path });
    expect(second.status).toBe(403);
    expect(second.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(second.body).toContain('newest address');
    await goesOn(served);
  });

  it('can open it again in the browser that is let in', async () => {
    const served = await serveForTest();
    const path = pathOf(served.address);
    await ask(served, { path });
    const again = await ask(served, { path, headers: { cookie: served.cookie } });
    expect([again.status, again.headers.refresh]).toEqual([200, '0; url=/']);
  });

  it('does not lose it to a program that only looks at the link', async () => {
    const served = await serveForTest();
    const path = pathOf(served.address);
    expect((await ask(served, { path, method: 'HEAD' })).status).toBe(403);
    expect((await ask(served, { path })).status).toBe(200);
  });
});

describe('a browser that is not let in', () => {
  it.each(['/', '/?token=', '/?token=wrong', '/assets/index-BQ1x_z-9.js', '/exports/ready'])(
    'is refused %s',
    async (path) => {
      const served = await serveForTest();
      expect((await ask(served, { path })).status).toBe(403);
      const cookie = served.cookie.replace(/=.*/, '=wrong');
      expect((await ask(served, { path, headers: { cookie } })).status).toBe(403);
      expect(served.askedExports).toEqual([]);
      await goesOn(served);
    },
  );

  it('has the newest address told to the person, once, and is let in with it', async () => {
    const served = await serveForTest();
    for (let visit = 0; visit < 3; visit += 1) await ask(served, { path: '/?token=spent' });
    expect(served.told).toEqual([served.address]);
    expect((await ask(served, { path: pathOf(served.address) })).status).toBe(200);
    await ask(served, {});
    expect(served.told).toHaveLength(2);
    expect(served.told[1]).toBe(served.address);
  });

  it('cannot connect', async () => {
    const served = await serveForTest();
    const origin = `http://127.0.0.1:${served.port}`;
    await expect(openSocket(served, { headers: { origin } })).rejects.toThrow('403');
    const cookie = served.cookie.replace(/=.*/, '=wrong');
    await expect(openSocket(served, { headers: { origin, cookie } })).rejects.toThrow('403');
    await goesOn(served);
  });
});

describe('a Host that is not this computer', () => {
  it.each([
    'evil.com',
    '127.0.0.1.evil.com',
    'localhost.evil.com',
    'evil.com:80',
    '127.0.0.1@evil.com',
    '127.0.0.2',
    '0.0.0.0',
    '[::2]',
    '::1',
    'localhost:',
    'localhost:1:2',
  ])('is refused: "%s"', async (host) => {
    const served = await serveForTest();
    const headers = { ...pageHeaders(served), host, origin: `http://${host}` };
    const { status, body } = await ask(served, { headers: { cookie: served.cookie, host } });
    expect(status).toBe(403);
    expect(body).toContain('localhost');
    await expect(openSocket(served, { headers })).rejects.toThrow('403');
    await goesOn(served);
  });

  it.each(['localhost', 'localhost:5001', 'LOCALHOST:5001', '127.0.0.1:9', '[::1]:5001'])(
    'but %s is this computer, whatever the port of a tunnel',
    async (host) => {
      const served = await serveForTest();
      const { status, headers } = await ask(served, {
        path: pathOf(served.address),
        headers: { host },
      });
      expect(status).toBe(200);
      const cookie = String(headers['set-cookie']).split(';')[0] ?? '';
      expect((await ask(served, { headers: { host, cookie } })).status).toBe(200);
      const origin = `http://${host.toLowerCase()}`;
      await openSocket(served, { headers: { host, cookie, origin } });
    },
  );
});

describe('a foreign Origin', () => {
  const foreign = ['http://evil.com', 'null', 'http://127.0.0.1:1', 'https://127.0.0.1', ''];

  it.each(foreign)('is refused: "%s"', async (origin) => {
    const served = await serveForTest();
    const headers = { ...pageHeaders(served), origin };
    expect((await ask(served, { headers })).status).toBe(403);
    await expect(openSocket(served, { headers })).rejects.toThrow('403');
    await goesOn(served);
  });

  it('is refused where there has to be one', async () => {
    const served = await serveForTest();
    const { cookie } = served;
    await expect(openSocket(served, { headers: { cookie } })).rejects.toThrow('403');
    expect((await ask(served, { method: 'POST', headers: { cookie } })).status).toBe(403);
    await goesOn(served);
  });

  it('gets no right to read anything', async () => {
    const served = await serveForTest();
    const { headers } = await ask(served, { headers: { cookie: served.cookie } });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('a request that does more than look', () => {
  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'])(
    'is refused: %s',
    async (method) => {
      const served = await serveForTest();
      const { status, headers } = await ask(served, { method, headers: pageHeaders(served) });
      expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
      await goesOn(served);
    },
  );

  it('is refused when it brings a body', async () => {
    const served = await serveForTest();
    const { status } = await ask(served, { headers: pageHeaders(served), body: 'some text' });
    expect(status).toBe(413);
    await goesOn(served);
  });

  it('is refused when it is no HTTP, or has no end of headers', async () => {
    const served = await serveForTest();
    const line = 'GET / HTTP/1.1\r\nHost: localhost\r\n';
    expect(await sendRaw(served, 'NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await sendRaw(served, `${line}X: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
    for (const host of ['', 'Host:\r\n']) {
      expect(await sendRaw(served, `GET / HTTP/1.0\r\n${host}\r\n`)).toMatch(/ 403 /);
    }
    await goesOn(served);
  });
});

describe('a path out of the pages', () => {
  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/%2E%2E%2Fsecret.txt',
    '/..%2fsecret.txt',
    '/%252e%252e/secret.txt',
    '/..\\secret.txt',
    '/..%5csecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/.%2e/secret.txt',
    '//secret.txt',
    '//127.0.0.1/secret.txt',
    '/./index.html',
    '/index.html/',
    '/index.html%00.js',
    '/%00',
    '/%',
    '/%c0%ae%c0%ae/secret.txt',
    '/index.html::$DATA',
    '/assets',
    '/assets/',
    '/.hidden',
    '/link.txt',
    '/linked/secret.txt',
    '/nothing.html',
    'http://localhost/index.html',
    '*',
  ])('is not found: %s', async (path) => {
    const served = await serveForTest();
    symlinkSync(join(served.folder, 'secret.txt'), join(served.folder, 'renderer', 'link.txt'));
    symlinkSync(served.folder, join(served.folder, 'renderer', 'linked'));
    const { status, body } = await ask(served, { path, headers: { cookie: served.cookie } });
    expect(status).toBe(404);
    expect(body).not.toContain('secret');
    await goesOn(served);
  });
});

describe('an export', () => {
  it('is downloaded under its name', async () => {
    const served = await serveForTest();
    const asked = { path: '/exports/ready', headers: { cookie: served.cookie } };
    const { status, headers, body } = await ask(served, asked);
    expect(status).toBe(200);
    expect(body).toBe(readyExport.content);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['content-disposition']).toBe(
      `attachment; filename="L_ufe _1_.csv"; filename*=UTF-8''L%C3%A4ufe%20%221%22.csv`,
    );
    const looked = await ask(served, { ...asked, method: 'HEAD' });
    expect([looked.headers['content-length'], looked.body]).toEqual([
      String(readyExport.content.length),
      '',
    ]);
  });

  it.each(['..', '.', '../ready', '..%2fready', '%2e%2e', 'a/b', 'a%00', '', 'ready.csv', ' '])(
    'id that is no plain name never reaches the application: "%s"',
    async (id) => {
      const served = await serveForTest();
      const path = `/exports/${id.replace(' ', '%20')}`;
      expect((await ask(served, { path, headers: { cookie: served.cookie } })).status).toBe(404);
      expect(served.askedExports).toEqual([]);
      await goesOn(served);
    },
  );

  it.each(['unknown', 'gone'])('that is not there is not found: %s', async (id) => {
    const served = await serveForTest();
    const { status, headers } = await ask(served, {
      path: `/exports/${id}`,
      headers: { cookie: served.cookie },
    });
    expect([status, headers['content-type']]).toEqual([404, 'text/plain; charset=utf-8']);
    await goesOn(served);
  });
});

describe('a message of a page', () => {
  it('that is too long closes its socket', async () => {
    const served = await serveForTest();
    const socket = await openSocket(served);
    const closed = closeCode(socket);
    socket.send(JSON.stringify({ type: 'call', text: 'x'.repeat(longestMessage) }));
    expect(await closed).toBe(1009);
    await goesOn(served);
  });

  it('that is binary closes its socket', async () => {
    const served = await serveForTest();
    const socket = await openSocket(served);
    const closed = closeCode(socket);
    socket.send(Buffer.from('{}'));
    expect(await closed).toBe(1003);
    await goesOn(served);
  });

  it.each(['', 'no JSON', '[]', 'null', '{"type":"other"}', '{"type":"subscribe","after":7}'])(
    'that nobody understands is refused: %s',
    async (message) => {
      const served = await serveForTest();
      const socket = await openSocket(served);
      const answer = nextMessage(socket);
      socket.send(message);
      expect(await answer).toMatchObject({ type: 'refused', error: { code: 'message-invalid' } });
      await goesOn(served);
    },
  );

  it.each([
    ['no.such', {}],
    ['__proto__', {}],
    ['comparison.stop', { extra: 1 }],
    ['runs.get', { id: 7 }],
    ['preferences.save', { theme: 'pink' }],
  ])('that calls %s with what it does not take is refused', async (method, parameters) => {
    const served = await serveForTest();
    const socket = await openSocket(served);
    const answer = nextMessage(socket);
    socket.send(JSON.stringify({ type: 'call', id: 5, method, parameters }));
    expect(await answer).toMatchObject({
      type: 'error',
      id: 5,
      error: { code: 'message-invalid' },
    });
    await goesOn(served);
  });

  it.each(['/', '/connect/', '/other'])('has no other way than /connect: %s', async (path) => {
    const served = await serveForTest();
    await expect(openSocket(served, { path })).rejects.toThrow('404');
    await goesOn(served);
  });
});

describe('a page that is no more', () => {
  it('is noticed where its tunnel died without a word', async () => {
    const served = await serveForTest({ heartbeatMilliseconds: 5 });
    const socket = await openSocket(served, { autoPong: false });
    expect(await closeCode(socket)).toBe(1006);
  });

  it('stays connected while it answers', async () => {
    const served = await serveForTest({ heartbeatMilliseconds: 5 });
    const socket = await openSocket(served);
    let pings = 0;
    await new Promise<void>((resolve) =>
      socket.on('ping', () => void (++pings === 8 && resolve())),
    );
    expect(socket.readyState).toBe(socket.OPEN);
  });

  it('fills no memory when it does not read', async () => {
    const application = smallApplication();
    const served = await serveForTest({ application, mostBytesWaiting: 100_000 });
    const socket = await openSocket(served);
    const subscribed = nextMessage(socket);
    socket.send(JSON.stringify({ type: 'subscribe', after: null }));
    await subscribed;
    socket.pause();
    for (let call = 0; call < 20; call += 1) {
      socket.send(
        JSON.stringify({ type: 'call', id: call, method: 'app.licences', parameters: {} }),
      );
    }
    const closed = closeCode(socket);
    await goesOn(served);
    socket.resume();
    expect(await closed).toBe(1006);
    await goesOn(served);
  });
});

describe('every answer', () => {
  it.each(['/', '/assets/index-BQ1x_z-9.js', '/nothing', '/exports/ready'])(
    'carries the security headers: %s',
    async (path) => {
      const served = await serveForTest();
      for (const cookie of [served.cookie, 'none=1']) {
        const { headers } = await ask(served, { path, headers: { cookie } });
        expect(headers['content-security-policy']).toBe(
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html",
        );
        expect(headers).toMatchObject({
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-resource-policy': 'same-origin',
          'permissions-policy': expect.stringContaining('camera=()') as string,
        });
      }
    },
  );
});
