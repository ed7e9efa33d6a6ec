import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pageChannels, shellChannels } from '../../../src-main/shell/channels.ts';
import { startDesktop, unpacked } from '../../../src-main/shell/desktop.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';
import * as electron from '../../mocks/electron.ts';

const here = process as { resourcesPath?: string };
let data: string;

beforeEach(() => {
  electron.resetElectron();
  data = temporaryFolder();
  here.resourcesPath = join(data, 'resources');
});
afterEach(() => void delete here.resourcesPath);

const paths = () => ({
  preload: '/opt/winnow/resources/app.asar/out/preload/preload.cjs',
  pages: '/opt/winnow/resources/app.asar/out/renderer',
  coreEntry: '/opt/winnow/resources/app.asar/out/main/core.js',
  engineEntry: '/opt/winnow/resources/app.asar/out/main/engine.js',
  project: '/opt/winnow/resources/app.asar',
  data,
  logCoreDeath: vi.fn(),
  signals: new EventEmitter(),
  exports: {
    find: () => Promise.resolve({ path: '/no/export' }),
    remove: () => Promise.resolve(),
  },
});

/** Lets everything that has been promised happen. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function start(): Promise<electron.BrowserWindow> {
  startDesktop(paths());
  await settled();
  return window();
}

function window(): electron.BrowserWindow {
  const last = electron.BrowserWindow.opened.at(-1);
  if (last === undefined) throw new Error('no window was opened');
  return last;
}

const asPage = (channel: string, ...parameters: unknown[]): Promise<unknown> => {
  const sender = window().webContents;
  const senderFrame = { parent: null, origin: 'app://bundle' };
  return electron.ipcMain.ask({ sender, senderFrame }, channel, ...parameters);
};

describe('the desktop application', () => {
  it('says why and ends where it was started without the sandbox', async () => {
    electron.app.switches.add('no-sandbox');
    startDesktop(paths());
    await settled();
    expect(electron.dialog.showErrorBox).toHaveBeenCalledOnce();
    expect(electron.app.exit).toHaveBeenCalledWith(1);
    expect(electron.BrowserWindow.opened).toEqual([]);
  });

  it('sandboxes every page and registers its scheme before Electron is ready', () => {
    electron.app.whenReady = () => new Promise(() => undefined);
    startDesktop(paths());
    expect(electron.app.enableSandbox).toHaveBeenCalledOnce();
    expect(electron.protocol.registerSchemesAsPrivileged).toHaveBeenCalledOnce();
    expect(electron.BrowserWindow.opened).toEqual([]);
  });

  it('opens one guarded window with the page of the bundle, and starts the core from a real file', async () => {
    const { loadURL, webContents, options } = await start();
    expect(electron.BrowserWindow.opened).toHaveLength(1);
    expect(loadURL).toHaveBeenCalledExactlyOnceWith('app://bundle/');
    expect(webContents.windowOpenHandler).toBeDefined();
    expect(options['webPreferences']).toMatchObject({ preload: paths().preload, sandbox: true });
    expect(electron.utilityProcess.started.map(({ entry }) => entry)).toEqual([
      '/opt/winnow/resources/app.asar.unpacked/out/main/core.js',
    ]);
  });

  it('says so and ends where it cannot be started', async () => {
    electron.protocol.handle = () => {
      throw new Error('no scheme');
    };
    startDesktop(paths());
    await settled();
    expect(electron.dialog.showErrorBox.mock.lastCall?.[1]).toContain('no scheme');
    expect(electron.app.exit).toHaveBeenCalledWith(1);
  });

  it("keeps Chromium's own files in the data folder", async () => {
    await start();
    expect(electron.app.getPath('userData')).toBe(join(data, 'window'));
  });

  it('is left at once where it runs already, without a window', async () => {
    electron.app.requestSingleInstanceLock.mockReturnValue(false);
    startDesktop(paths());
    await settled();
    expect(electron.app.quit).toHaveBeenCalledOnce();
    expect(electron.BrowserWindow.opened).toEqual([]);
    expect(electron.utilityProcess.started).toEqual([]);
  });

  it('shows its window when it is started a second time, whatever is asked of that one', async () => {
    const { restore, focus, isMinimized } = await start();
    isMinimized.mockReturnValue(true);
    electron.app.emit('second-instance', {}, ['winnow', '--run', 'app://elsewhere'], '/');
    expect(restore).toHaveBeenCalledOnce();
    expect(focus).toHaveBeenCalledOnce();
    expect(electron.BrowserWindow.opened).toHaveLength(1);
  });

  it('gives the page that asks a port to the core', async () => {
    const { webContents } = await start();
    await asPage(pageChannels.connect);
    expect(webContents.sent).toMatchObject([{ channel: shellChannels.port }]);
  });

  it('passes the commands of the menu on, also to a window that has to be opened for it', async () => {
    const first = await start();
    const template = electron.Menu.setApplicationMenu.mock.lastCall?.[0] as {
      submenu?: { id?: string; click?: () => void }[];
    }[];
    const history = template
      .flatMap(({ submenu }) => submenu ?? [])
      .find(({ id }) => id === 'history');
    history?.click?.();
    expect(first.webContents.sent).toMatchObject([
      { channel: shellChannels.menuCommand, message: 'history' },
    ]);
    first.emit('closed');
    history?.click?.();
    expect(window()).not.toBe(first);
    expect(window().webContents.sent).toEqual([]);
    await asPage(pageChannels.connect);
    expect(window().webContents.sent).toMatchObject([
      { channel: shellChannels.port },
      { channel: shellChannels.menuCommand, message: 'history' },
    ]);
  });

  it('opens links of allowed sites only', async () => {
    await start();
    await asPage(pageChannels.openLink, 'https://arxiv.org/abs/2410.20290');
    expect(electron.shell.openExternal).toHaveBeenCalledOnce();
    await expect(asPage(pageChannels.openLink, 'https://example.com/')).rejects.toThrow();
    expect(electron.shell.openExternal).toHaveBeenCalledOnce();
  });

  it('takes the theme that the page names, and opens in it the next time', async () => {
    const first = await start();
    await asPage(pageChannels.setTheme, 'dark');
    expect(electron.nativeTheme.themeSource).toBe('dark');
    first.emit('close');
    electron.resetElectron();
    await start();
    expect(electron.nativeTheme.themeSource).toBe('dark');
  });

  it('lets the core close its database before it is gone', async () => {
    await start();
    const event = electron.preventable({});
    electron.app.emit('will-quit', event);
    expect(event.isPrevented).toBe(true);
    const [core] = electron.utilityProcess.started;
    expect(core?.posted.at(-1)?.message).toEqual({ type: 'close' });
    core?.exit(0);
    await settled();
    expect(electron.app.quit).toHaveBeenCalledOnce();
    const second = electron.preventable({});
    electron.app.emit('will-quit', second);
    expect(second.isPrevented).toBe(false);
  });

  it('asks before it is left while a comparison is running', async () => {
    await start();
    const [core] = electron.utilityProcess.started;
    core?.emit('message', { type: 'comparison', isRunning: true });
    electron.dialog.showMessageBox.mockResolvedValueOnce({ response: 1 });
    const event = electron.preventable({});
    electron.app.emit('before-quit', event);
    expect(event.isPrevented).toBe(true);
    expect(electron.dialog.showMessageBox).toHaveBeenCalledOnce();
  });

  it.runIf(process.platform !== 'darwin')('is left with its last window', async () => {
    await start();
    electron.app.emit('window-all-closed');
    expect(electron.app.quit).toHaveBeenCalledOnce();
  });
});

describe('a path within a package', () => {
  it('is that of the real file beside the archive', () => {
    expect(unpacked('C:\\Winnow\\resources\\app.asar\\out\\main\\core.js')).toBe(
      'C:\\Winnow\\resources\\app.asar.unpacked\\out\\main\\core.js',
    );
    expect(unpacked('/clone/out/main/core.js')).toBe('/clone/out/main/core.js');
  });
});
