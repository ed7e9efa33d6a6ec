import { beforeAll, describe, expect, it, vi } from 'vitest';
import { portMessage, type DesktopBridge } from '../../../src-main/contract/desktop-bridge.ts';
import { pageChannels, shellChannels } from '../../../src-main/shell/channels.ts';
import { contextBridge, ipcRenderer, resetElectron } from '../../mocks/electron.ts';

let bridge: DesktopBridge;
const postMessage = vi.fn();

beforeAll(async () => {
  resetElectron();
  vi.stubGlobal('location', { origin: 'app://bundle' });
  vi.stubGlobal('postMessage', postMessage);
  await import('../../../src-main/shell/preload.ts');
  const { calls } = contextBridge.exposeInMainWorld.mock;
  expect(calls.map(([name]) => name as unknown)).toEqual(['winnow']);
  bridge = calls[0]?.[1] as DesktopBridge;
});

describe('the preload', () => {
  it('offers the page the bridge and nothing of Electron', () => {
    expect(Object.keys(bridge).sort()).toEqual(
      [...Object.keys(pageChannels), 'platform', 'pathOfFile', 'onMenuCommand'].sort(),
    );
  });

  it('asks the shell on the channels of the closed list', () => {
    bridge.connect();
    void bridge.saveExport('a1', 'runs.csv');
    void bridge.showSaved('/runs.csv');
    void bridge.chooseModel('reward');
    void bridge.openLink('https://arxiv.org/');
    bridge.setTheme('dark');
    expect(ipcRenderer.invoke.mock.calls).toEqual([
      [pageChannels.connect],
      [pageChannels.saveExport, 'a1', 'runs.csv'],
      [pageChannels.showSaved, '/runs.csv'],
      [pageChannels.chooseModel, 'reward'],
      [pageChannels.openLink, 'https://arxiv.org/'],
      [pageChannels.setTheme, 'dark'],
    ]);
  });

  it("posts a port to the page's own window and origin", () => {
    const port = { name: 'a port' };
    ipcRenderer.emit(shellChannels.port, { ports: [port] });
    expect(postMessage).toHaveBeenCalledExactlyOnceWith(portMessage, 'app://bundle', [port]);
  });

  it('tells the page the commands of the menu, without the event, until it has heard enough', () => {
    const heard: unknown[][] = [];
    const end = bridge.onMenuCommand((...parameters) => heard.push(parameters));
    ipcRenderer.emit(shellChannels.menuCommand, { sender: 'secret' }, 'history');
    end();
    ipcRenderer.emit(shellChannels.menuCommand, { sender: 'secret' }, 'models');
    expect(heard).toEqual([['history']]);
  });
});
