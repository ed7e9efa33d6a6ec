/** What the Electron window's preload offers its page as `window.winnow`; a browser has none of it. */
import type { Theme } from './preferences.ts';

/** What the native menu asks of the page. */
export const menuCommands = [
  'new-comparison',
  'history',
  'models',
  'settings',
  'search',
  'export',
  'run',
  'stop',
  'shortcuts',
  'about',
] as const;
export type MenuCommand = (typeof menuCommands)[number];

/** The page takes the application's port from a `message` event with this as its data, from its own window only. */
export const portMessage = 'winnow:port';

export interface DesktopBridge {
  readonly platform: 'linux' | 'darwin' | 'win32' | 'other';
  /** Asks for a port to the application; it comes as a `message` event. A new one comes by itself after the core restarts. */
  connect(): void;
  /** Asks where to save a ready export, and puts it there. Gives the path, or null where the person changed their mind. */
  saveExport(id: string, fileName: string): Promise<string | null>;
  /** Shows a saved file in the system's file manager; only files saved in this session. */
  showSaved(path: string): Promise<void>;
  /** The system's dialog for a model: a file, which of a folder stands for all of it. null where the person changed their mind. */
  chooseModel(kind: 'generator' | 'reward'): Promise<string | null>;
  /** The path of a file that was dropped onto the page (its `File`: the contract knows no DOM); empty where it has none. */
  pathOfFile(file: object): string;
  /** Opens a page of an allowed site in the system's browser. */
  openLink(url: string): Promise<void>;
  setTheme(theme: Theme): void;
  /** Calls the listener for each command of the native menu; gives a function that ends it. */
  onMenuCommand(listener: (command: MenuCommand) => void): () => void;
}
