import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  downloadElectron,
  type DownloadOptions,
} from '../../../src-main/launcher/electron-download.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';

/** Long enough for a process to start on a busy machine. */
const patient = 30_000;

/** Runs an installer of this code as the package's own would be run. */
function download(code: string, options: Partial<DownloadOptions> = {}) {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'install.js'),
    `const fs = require('fs'), os = require('os'); ${code}`,
  );
  return downloadElectron(folder, {
    env: process.env,
    signal: new AbortController().signal,
    beginWithin: patient,
    goOnWithin: patient,
    ...options,
  });
}

const someBytes = `fs.mkdirSync(os.tmpdir() + '/electron-download-x'); fs.writeFileSync(os.tmpdir() + '/electron-download-x/electron.zip', 'bytes');`;
const forEver = 'setInterval(() => {}, 1000);';

describe("fetching Electron's program", () => {
  it('is done when the installer has ended well', async () => {
    expect(await download(someBytes)).toBe('done');
  });

  it('has failed when the installer fails, or there is none', async () => {
    expect(await download('process.exit(1)')).toBe('failed');
    const options = { env: process.env, signal: new AbortController().signal };
    expect(await downloadElectron(temporaryFolder(), options)).toBe('failed');
  });

  it('is given up where nothing comes', async () => {
    expect(await download(forEver, { beginWithin: 50 })).toBe('silent');
  });

  it('is given up where nothing more comes', async () => {
    expect(await download(someBytes + forEver, { goOnWithin: 50 })).toBe('stalled');
  });

  it('tells how much has come', async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const end = await download(someBytes + forEver, {
      signal: stop.signal,
      onBytes(bytes) {
        seen.push(bytes);
        stop.abort();
      },
    });
    expect([end, seen]).toEqual(['stopped', ['bytes'.length]]);
  });

  it('leaves nothing behind', async () => {
    const temporary = temporaryFolder();
    for (const name of ['TMPDIR', 'TMP', 'TEMP']) vi.stubEnv(name, temporary);
    const end = download(someBytes + forEver, { goOnWithin: 50 }).finally(() => vi.unstubAllEnvs());
    expect(await end).toBe('stalled');
    const left = readdirSync(temporary).filter((name) => name.startsWith('winnow-electron-'));
    expect(left).toEqual([]);
  });
});

describe("the electron package's own installer", () => {
  const electronFolder = fileURLToPath(new URL('../../../node_modules/electron', import.meta.url));

  /** Fetches from a mirror that answers like this; what comes is not Electron, so nothing is ever unpacked. */
  async function fromMirror(answer: RequestListener, options: Partial<DownloadOptions>) {
    const mirror = createServer(answer).listen(0, '127.0.0.1');
    onTestFinished(() => {
      mirror.closeAllConnections();
      mirror.close();
    });
    await once(mirror, 'listening');
    const { port } = mirror.address() as AddressInfo;
    return downloadElectron(electronFolder, {
      env: {
        ...process.env,
        ELECTRON_MIRROR: `http://127.0.0.1:${port}/`,
        ELECTRON_OVERRIDE_DIST_PATH: temporaryFolder(),
        electron_config_cache: temporaryFolder(),
      },
      signal: new AbortController().signal,
      beginWithin: patient,
      goOnWithin: patient,
      ...options,
    });
  }

  it('shows by its bytes that they arrive', async () => {
    const stop = new AbortController();
    const answer: RequestListener = (_request, response) => void response.write('x'.repeat(50_000));
    const end = await fromMirror(answer, { signal: stop.signal, onBytes: () => stop.abort() });
    expect(end).toBe('stopped');
  });

  it('is given up where the other side says nothing', async () => {
    expect(await fromMirror(() => undefined, { beginWithin: 1_000 })).toBe('silent');
  });

  it('fails where there is no such file', async () => {
    const answer: RequestListener = (_request, response) => void response.writeHead(404).end();
    expect(await fromMirror(answer, {})).toBe('failed');
  });
});
