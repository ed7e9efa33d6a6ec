import { createServer } from 'node:http';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startServed } from '../../../src-main/transport/served-application.ts';
import { ask, openSocket, serveForTest } from '../../helpers/served-application.ts';
import { smallApplication } from '../../helpers/small-application.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';

function options(port: number) {
  const pagesFolder = join(temporaryFolder(), 'pages');
  mkdirSync(pagesFolder);
  writeFileSync(join(pagesFolder, 'index.html'), 'page');
  return {
    ...smallApplication(),
    pagesFolder,
    port,
    onNewAddress: () => undefined,
    readyExportFile: () => Promise.reject(new Error('none')),
  };
}

async function takenPort(): Promise<number> {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  return (other.address() as AddressInfo).port;
}

describe('the served application', () => {
  it('says which port another program uses', async () => {
    const port = await takenPort();
    await expect(startServed(options(port))).rejects.toMatchObject({
      code: 'usage',
      message: `Another program uses port ${port}.`,
    });
  });

  it('takes another port where it may', async () => {
    const taken = await takenPort();
    const served = await startServed({ ...options(taken), orAnyPort: true });
    onTestFinished(() => served.close());
    expect(served.port).not.toBe(taken);
    expect(served.address).toMatch(
      new RegExp(`^http://127\\.0\\.0\\.1:${served.port}/\\?token=[\\w-]{43}$`),
    );
    expect((await ask(served, {})).status).toBe(403);
  });

  it('says that the pages are not built', async () => {
    const unbuilt = { ...options(0), pagesFolder: temporaryFolder() };
    await expect(startServed(unbuilt)).rejects.toMatchObject({ code: 'file-failed' });
  });

  it('ends whoever is connected when it closes', async () => {
    const served = await serveForTest();
    const socket = await openSocket(served);
    const idle = connect(served.port, '127.0.0.1');
    await once(idle, 'connect');
    const closed = [once(socket, 'close'), once(idle.resume(), 'close')];
    await served.close();
    await Promise.all(closed);
    await expect(ask(served, {})).rejects.toThrow('ECONNREFUSED');
  });
});
