import { beforeEach, describe, expect, it, vi } from 'vitest';
import { pageChannels } from '../../../src-main/shell/channels.ts';
import { listenToPages, type PageVerbs } from '../../../src-main/shell/ipc.ts';
import { ipcMain, resetElectron, WebContents } from '../../mocks/electron.ts';

const origin = 'app://bundle';
const ourFrame = { parent: null, origin };

function listen(): { [Verb in keyof PageVerbs]: ReturnType<typeof vi.fn> } {
  const verbs = {
    connect: vi.fn(),
    saveExport: vi.fn(() => Promise.resolve('/saved.csv')),
    showSaved: vi.fn(),
    chooseModel: vi.fn(),
    openLink: vi.fn(),
    setTheme: vi.fn(),
  };
  listenToPages(origin, verbs);
  return verbs;
}

const event = (senderFrame: object | null = ourFrame): object => ({
  senderFrame,
  sender: new WebContents(),
});

beforeEach(resetElectron);

describe('messages from a page', () => {
  it('have the channels of the closed list, and no other is listened to', async () => {
    listen();
    expect([...ipcMain.handlers.keys()].sort()).toEqual(Object.values(pageChannels).sort());
    await expect(ipcMain.ask(event(), 'winnow:run-anything')).rejects.toThrow('No handler');
  });

  it('reach their verb with the page that sent them, and bring its answer back', async () => {
    const { saveExport } = listen();
    const sent = event();
    expect(await ipcMain.ask(sent, pageChannels.saveExport, 'a1', 'runs.csv')).toBe('/saved.csv');
    expect(saveExport).toHaveBeenCalledWith(Reflect.get(sent, 'sender'), 'a1', 'runs.csv');
  });

  it.each([
    ['a frame that is gone', null],
    ['a frame within the page', { parent: {}, origin }],
    ['another origin', { parent: null, origin: 'https://example.com' }],
    ['another host of our scheme', { parent: null, origin: 'app://elsewhere' }],
    ['an opaque origin', { parent: null, origin: 'null' }],
  ])('are refused from %s', async (_who, frame) => {
    const verbs = listen();
    for (const channel of Object.values(pageChannels)) {
      await expect(ipcMain.ask(event(frame), channel)).rejects.toMatchObject({
        code: 'message-invalid',
      });
    }
    for (const verb of Object.values(verbs)) expect(verb).not.toHaveBeenCalled();
  });

  it('are refused from anything that is no window', async () => {
    const { connect } = listen();
    const sender = new WebContents();
    sender.getType.mockReturnValue('webview');
    const sent = { senderFrame: ourFrame, sender };
    await expect(ipcMain.ask(sent, pageChannels.connect)).rejects.toThrow();
    expect(connect).not.toHaveBeenCalled();
  });

  it.each([
    [pageChannels.connect, ['more']],
    [pageChannels.saveExport, ['only-an-id']],
    [pageChannels.saveExport, [{ toString: 'a' }, 'runs.csv']],
    [pageChannels.showSaved, ['x'.repeat(5000)]],
    [pageChannels.chooseModel, ['everything']],
    [pageChannels.openLink, [42]],
    [pageChannels.setTheme, ['pink']],
  ])('are refused where the parameters of %s do not fit', async (channel, parameters) => {
    const verbs = listen();
    await expect(ipcMain.ask(event(), channel, ...parameters)).rejects.toMatchObject({
      code: 'message-invalid',
    });
    for (const verb of Object.values(verbs)) expect(verb).not.toHaveBeenCalled();
  });
});
