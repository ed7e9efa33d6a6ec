/** Winnow as an application of the desktop: puts the parts of the shell together. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, BrowserWindow, dialog, session, shell, type WebContents } from 'electron';
import type { MenuCommand } from '../contract/desktop-bridge.ts';
import { shellChannels } from './channels.ts';
import { startCore, type CoreProcess } from './core-process.ts';
import { askAboutCore, watchPage } from './crash.ts';
import { chooseModel, createExportSaver, type ReadyExports } from './dialogs.ts';
import { guardAllContents, guardSession } from './guard.ts';
import { listenToPages } from './ipc.ts';
import { Leaving, type SignalSource } from './leaving.ts';
import { openLink } from './links.ts';
import { installMenu } from './menu.ts';
import { pageAddress, type PageAddress } from './page-address.ts';
import { plainNodeVariable } from './plain-node.ts';
import { registerAppScheme, serveApp } from './protocol.ts';
import { claimSingleInstance } from './single-instance.ts';
import { refuseWithoutSandbox } from './sandbox.ts';
import { setTheme } from './theme.ts';
import { minimalEnvironment, type UtilityExit } from './utility-process.ts';
import { readWindowState } from './window-state.ts';
import { openWindow, reveal } from './window.ts';

export interface DesktopParts {
  preload: string;
  pages: string;
  coreEntry: string;
  engineEntry: string;
  /** The folder of package.json. */
  project: string;
  /** Winnow's data folder, which is there already. */
  data: string;
  exports: ReadyExports;
  logCoreDeath(exitCode: number | null): void;
  /** The process. */
  signals: SignalSource;
}

/** Starts the application. Call it before anything is awaited: some of it must come before Electron is ready. */
export function startDesktop(parts: DesktopParts): void {
  if (refuseWithoutSandbox()) return;
  useProfile(join(parts.data, 'window'));
  app.enableSandbox();
  registerAppScheme();
  const desktop = new Desktop(parts);
  if (!claimSingleInstance(() => desktop.show())) return;
  app
    .whenReady()
    .then(() => desktop.start())
    .catch(endWithFault);
}

/** Without this a fault in the start would leave a process without a window. */
function endWithFault(fault: unknown): void {
  dialog.showErrorBox(
    'Winnow could not start',
    `Start it again. If it happens again, install Winnow again, and report this:\n\n${String(fault)}`,
  );
  app.exit(1);
}

/** Chromium's own files go into the data folder, so that another data folder is another Winnow. */
function useProfile(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch {
    // It is there already. If not: the window works from its usual folder, and the core says what is wrong.
  }
  try {
    app.setPath('userData', folder);
  } catch {
    // As above.
  }
}

class Desktop {
  private readonly parts: DesktopParts;
  private readonly page: PageAddress;
  private readonly leaving: Leaving;
  private window: BrowserWindow | null = null;
  private core: CoreProcess | null = null;
  /** Chosen in the menu while no page was there to hear it. */
  private pendingCommand: MenuCommand | null = null;
  private isClosed = false;

  constructor(parts: DesktopParts) {
    this.parts = parts;
    this.page = pageAddress(app.isPackaged, process.env['ELECTRON_RENDERER_URL']);
    this.leaving = new Leaving(() => this.core?.isComparing ?? false, parts.signals);
  }

  start(): void {
    const { page, parts } = this;
    guardAllContents(page);
    guardSession(session.defaultSession, page);
    serveApp(parts.pages);
    this.core = startCore({
      coreEntry: unpacked(parts.coreEntry),
      engineEntry: unpacked(parts.engineEntry),
      environment: { ...minimalEnvironment(process.env), ...plainNodeVariable(parts.project) },
      onDeath: ({ exitCode }) => parts.logCoreDeath(exitCode),
      onGivenUp: (exit) => void this.askAboutCore(exit),
    });
    this.listen();
    installMenu({
      platform: process.platform,
      isPackaged: app.isPackaged,
      send: (command) => this.send(command),
    });
    setTheme(readWindowState(this.stateFile).theme);
    app.on('activate', () => this.show());
    app.on('window-all-closed', () => {
      // On macOS an application goes on without windows.
      if (process.platform !== 'darwin') app.quit();
    });
    app.on('will-quit', (event) => this.closeBefore(event));
    this.show();
  }

  /** Brings the window before the person's eyes, or opens it. */
  show(): void {
    if (!app.isReady() || this.core === null) return;
    if (this.window !== null) {
      reveal(this.window);
      return;
    }
    const { preload } = this.parts;
    const { stateFile } = this;
    const state = readWindowState(stateFile);
    const window = openWindow({ url: this.page.url, preload, state, stateFile });
    this.window = window;
    watchPage(window, () => app.quit());
    this.leaving.watch(window);
    window.once('closed', () => {
      if (this.window === window) this.window = null;
    });
  }

  private get stateFile(): string {
    return join(app.getPath('userData'), 'window.json');
  }

  private listen(): void {
    const exports = createExportSaver(this.parts.exports);
    listenToPages(this.page.origin, {
      connect: (page) => this.connect(page),
      saveExport: (page, id, fileName) => exports.save(windowOf(page), id, fileName),
      showSaved: (_page, path) => exports.show(path),
      chooseModel: (page, kind) => chooseModel(windowOf(page), kind),
      openLink: (_page, url) => openLink(url, (allowed) => shell.openExternal(allowed)),
      setTheme: (_page, theme) => setTheme(theme),
    });
  }

  private connect(page: WebContents): void {
    this.core?.connect(page);
    if (this.pendingCommand !== null) page.send(shellChannels.menuCommand, this.pendingCommand);
    this.pendingCommand = null;
  }

  private send(command: MenuCommand): void {
    if (this.window !== null) this.window.webContents.send(shellChannels.menuCommand, command);
    else {
      this.pendingCommand = command;
      this.show();
    }
  }

  private async askAboutCore(exit: UtilityExit): Promise<void> {
    if ((await askAboutCore(exit)) === 'again') this.core?.startAgain();
    else app.quit();
  }

  /** The core closes its database before Winnow is gone. */
  private closeBefore(event: { preventDefault(): void }): void {
    if (this.isClosed) return;
    event.preventDefault();
    void this.core?.close().finally(() => {
      this.isClosed = true;
      app.quit();
    });
  }
}

function windowOf(page: WebContents): BrowserWindow {
  const window = BrowserWindow.fromWebContents(page);
  if (window === null) throw new Error('The page has no window any more');
  return window;
}

/** Processes of their own read real files only; a package keeps them beside its archive. */
export const unpacked = (path: string): string =>
  path.replace(/([\\/]app\.asar)(?=[\\/])/, '$1.unpacked');
