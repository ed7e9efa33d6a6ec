/**
 * The one stand-in for Electron, which has no binary in the tests: vitest resolves `electron` to this file. It holds what
 * the shell uses, records what it is told, and lets a test play the person, the page and the system. `resetElectron`
 * makes everything new.
 */
import { EventEmitter } from 'node:events';
import { vi, type Mock } from 'vitest';

type Handler = (...parameters: never[]) => unknown;

/** A function of Electron that gives this unless a test says otherwise. */
const gives = <Value>(value: Value): Mock<(...parameters: unknown[]) => Value> =>
  vi.fn(() => value);

/** An event that can be prevented, with whatever else it carries. */
export function preventable<Fields extends object>(
  fields: Fields,
): Fields & { preventDefault: () => void; isPrevented: boolean } {
  const event = { ...fields, isPrevented: false, preventDefault: () => undefined as void };
  event.preventDefault = () => {
    event.isPrevented = true;
  };
  return event;
}

class App extends EventEmitter {
  isPackaged = true;
  ready = true;
  paths: Record<string, string> = { userData: '/profile', downloads: '/downloads' };
  quit = vi.fn();
  exit = vi.fn();
  /** Switches that the program was started with. */
  switches = new Set<string>();
  commandLine = { hasSwitch: (name: string): boolean => this.switches.has(name) };
  enableSandbox = vi.fn();
  requestSingleInstanceLock = gives(true);
  isReady = (): boolean => this.ready;
  whenReady = (): Promise<void> => Promise.resolve();
  getPath = (name: string): string => this.paths[name] ?? `/${name}`;
  setPath = (name: string, path: string): void => {
    this.paths[name] = path;
  };
}

class NativeTheme extends EventEmitter {
  themeSource = 'system';
  shouldUseDarkColors = false;
}

/** One end of a channel. A message waits until its receiver has started. */
export class MessagePortMain extends EventEmitter {
  other: MessagePortMain | undefined;
  private waiting: unknown[] | null = [];

  postMessage(message: unknown): void {
    this.other?.receive(structuredClone(message));
  }
  start(): void {
    const waiting = this.waiting ?? [];
    this.waiting = null;
    for (const message of waiting) this.receive(message);
  }
  close(): void {
    this.other?.emit('close');
    this.emit('close');
  }
  private receive(data: unknown): void {
    if (this.waiting === null) this.emit('message', { data, ports: [] });
    else this.waiting.push(data);
  }
}

export class MessageChannelMain {
  readonly port1 = new MessagePortMain();
  readonly port2 = new MessagePortMain();
  constructor() {
    this.port1.other = this.port2;
    this.port2.other = this.port1;
  }
}

export interface Posted {
  message: unknown;
  ports: MessagePortMain[];
}

/** A child process that does nothing but keep what it is told, until a test lets it do something. */
export class FakeUtilityProcess extends EventEmitter {
  pid: number | undefined;
  readonly posted: Posted[] = [];
  readonly entry: string;
  readonly options: { serviceName?: string; env?: Record<string, string>; stdio?: string };
  /** As in Electron, one that has not begun yet is not ended. */
  kill = vi.fn(() => this.pid !== undefined && this.exit(15));

  constructor(entry: string, options: FakeUtilityProcess['options']) {
    super();
    this.entry = entry;
    this.options = options;
  }
  postMessage(message: unknown, ports: MessagePortMain[] = []): void {
    this.posted.push({ message, ports });
  }
  spawn(pid: number): void {
    this.pid = pid;
    this.emit('spawn');
  }
  exit(code: number): boolean {
    this.pid = undefined;
    this.emit('exit', code);
    return true;
  }
}

export class WebContents extends EventEmitter {
  readonly sent: { channel: string; message: unknown; ports: MessagePortMain[] }[] = [];
  windowOpenHandler: ((details: { url: string }) => { action: string }) | undefined;
  reload = vi.fn();
  forcefullyCrashRenderer = vi.fn();
  getType = gives('window');
  send(channel: string, message: unknown): void {
    this.sent.push({ channel, message, ports: [] });
  }
  postMessage(channel: string, message: unknown, ports: MessagePortMain[] = []): void {
    this.sent.push({ channel, message, ports });
  }
  setWindowOpenHandler(handler: WebContents['windowOpenHandler']): void {
    this.windowOpenHandler = handler;
  }
}

export class BrowserWindow extends EventEmitter {
  static opened: BrowserWindow[] = [];
  /** How a page is loaded. */
  static load: (url: string) => Promise<void> = () => Promise.resolve();
  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return BrowserWindow.opened.find(({ webContents }) => webContents === contents) ?? null;
  }
  readonly options: Record<string, unknown>;
  readonly webContents = new WebContents();
  normalBounds = { x: 10, y: 20, width: 900, height: 700 };
  show = vi.fn();
  focus = vi.fn();
  maximize = vi.fn();
  restore = vi.fn();
  setBackgroundColor = vi.fn();
  loadURL = vi.fn((url: string) => BrowserWindow.load(url));
  isMinimized = gives(false);
  isMaximized = gives(false);
  isDestroyed = gives(false);

  constructor(options: Record<string, unknown>) {
    super();
    this.options = options;
    BrowserWindow.opened.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  getNormalBounds(): BrowserWindow['normalBounds'] {
    return this.normalBounds;
  }
}

class Session extends EventEmitter {
  permissionRequest: Handler = () => undefined;
  permissionCheck: Handler = () => undefined;
  devicePermission: Handler = () => undefined;
  beforeRequest: Handler = () => undefined;
  setPermissionRequestHandler = (handler: Handler): void => void (this.permissionRequest = handler);
  setPermissionCheckHandler = (handler: Handler): void => void (this.permissionCheck = handler);
  setDevicePermissionHandler = (handler: Handler): void => void (this.devicePermission = handler);
  webRequest = {
    onBeforeRequest: (handler: Handler): void => void (this.beforeRequest = handler),
  };
}

class IpcMain {
  readonly handlers = new Map<string, Handler>();
  handle(channel: string, handler: Handler): void {
    if (this.handlers.has(channel)) throw new Error(`a second handler for ${channel}`);
    this.handlers.set(channel, handler);
  }
  /** A page asks: as in Electron, a channel without a handler is an error. */
  async ask(event: object, channel: string, ...parameters: unknown[]): Promise<unknown> {
    const handler = this.handlers.get(channel) as
      ((...parameters: unknown[]) => unknown) | undefined;
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    return await handler(event, ...parameters);
  }
}

class IpcRenderer extends EventEmitter {
  invoke = vi.fn<(...parameters: unknown[]) => Promise<unknown>>(() => Promise.resolve(null));
}

const wideScreen = { workArea: { x: 0, y: 0, width: 1920, height: 1040 } };

const makeAll = () => ({
  app: new App(),
  nativeTheme: new NativeTheme(),
  session: { defaultSession: new Session() },
  ipcMain: new IpcMain(),
  ipcRenderer: new IpcRenderer(),
  webUtils: { getPathForFile: gives('/dropped.gguf') },
  contextBridge: { exposeInMainWorld: vi.fn() },
  shell: { openExternal: vi.fn(() => Promise.resolve()), showItemInFolder: vi.fn() },
  screen: { getAllDisplays: gives([wideScreen]), getPrimaryDisplay: gives(wideScreen) },
  dialog: {
    showErrorBox: vi.fn(),
    showOpenDialog: vi.fn(() => Promise.resolve({ canceled: true, filePaths: [] as string[] })),
    showSaveDialog: vi.fn(() => Promise.resolve({ canceled: true, filePath: '' })),
    showMessageBox: vi.fn<(...parameters: unknown[]) => Promise<{ response: number }>>(() =>
      Promise.resolve({ response: 0 }),
    ),
  },
  protocol: {
    registerSchemesAsPrivileged: vi.fn(),
    handlers: new Map<string, (request: Request) => Promise<Response>>(),
    handle(scheme: string, handler: (request: Request) => Promise<Response>): void {
      this.handlers.set(scheme, handler);
    },
  },
  Menu: {
    buildFromTemplate: (template: unknown) => template,
    setApplicationMenu: vi.fn(),
  },
  utilityProcess: {
    started: [] as FakeUtilityProcess[],
    fork(
      entry: string,
      _parameters: string[],
      options: FakeUtilityProcess['options'],
    ): FakeUtilityProcess {
      const child = new FakeUtilityProcess(entry, options);
      this.started.push(child);
      return child;
    },
  },
});

export let {
  app,
  nativeTheme,
  session,
  ipcMain,
  ipcRenderer,
  webUtils,
  contextBridge,
  shell,
  screen,
  dialog,
  protocol,
  Menu,
  utilityProcess,
} = makeAll();

/** Makes everything new, as at the start of a process. To be called before each test. */
export function resetElectron(): void {
  BrowserWindow.opened = [];
  BrowserWindow.load = () => Promise.resolve();
  ({
    app,
    nativeTheme,
    session,
    ipcMain,
    ipcRenderer,
    webUtils,
    contextBridge,
    shell,
    screen,
    dialog,
    protocol,
    Menu,
    utilityProcess,
  } = makeAll());
}
