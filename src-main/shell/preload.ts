/**
 * Runs in the sandbox before the page and offers it the desktop bridge as `window.winnow`, nothing else. A message port
 * cannot go through the bridge, so it is posted to the page's own window.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { portMessage, type DesktopBridge, type MenuCommand } from '../contract/desktop-bridge.ts';
import { pageChannels, shellChannels } from './channels.ts';

/** What is used of the page's window; the shell is compiled without the DOM's types. */
interface PageWindow {
  location: { origin: string };
  postMessage(message: string, origin: string, transfer: unknown[]): void;
}

const platforms: readonly string[] = ['linux', 'darwin', 'win32'] satisfies NodeJS.Platform[];

const bridge = {
  platform: platforms.includes(process.platform)
    ? (process.platform as DesktopBridge['platform'])
    : 'other',
  connect: () => void ipcRenderer.invoke(pageChannels.connect),
  saveExport: (id, fileName) =>
    ipcRenderer.invoke(pageChannels.saveExport, id, fileName) as Promise<string | null>,
  showSaved: (path) => ipcRenderer.invoke(pageChannels.showSaved, path) as Promise<void>,
  chooseModel: (kind) =>
    ipcRenderer.invoke(pageChannels.chooseModel, kind) as Promise<string | null>,
  pathOfFile: (file) => webUtils.getPathForFile(file as File),
  openLink: (url) => ipcRenderer.invoke(pageChannels.openLink, url) as Promise<void>,
  setTheme: (theme) => void ipcRenderer.invoke(pageChannels.setTheme, theme),
  onMenuCommand(listener) {
    const receive = (_event: unknown, command: MenuCommand): void => listener(command);
    ipcRenderer.on(shellChannels.menuCommand, receive);
    return () => void ipcRenderer.off(shellChannels.menuCommand, receive);
  },
} satisfies DesktopBridge;

ipcRenderer.on(shellChannels.port, ({ ports: [port] }) => {
  const page = globalThis as unknown as PageWindow;
  if (port !== undefined) page.postMessage(portMessage, page.location.origin, [port]);
});

contextBridge.exposeInMainWorld('winnow', bridge);
