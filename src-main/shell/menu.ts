/** The native menu, with each platform's conventions. Our own entries are commands to the page; the rest are roles. */
import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../contract/desktop-bridge.ts';

export interface MenuOptions {
  platform: NodeJS.Platform;
  isPackaged: boolean;
  /** Tells the page what was chosen. */
  send: (command: MenuCommand) => void;
}

export function installMenu(options: MenuOptions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(options)));
}

const separator: MenuItemConstructorOptions = { type: 'separator' };

/** The menu as data. */
export function menuTemplate({
  platform,
  isPackaged,
  send,
}: MenuOptions): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin';
  const entry = (
    command: MenuCommand,
    label: string,
    accelerator?: string,
  ): MenuItemConstructorOptions => ({
    id: command,
    label,
    ...(accelerator && { accelerator }),
    click: () => send(command),
  });
  const settings = entry('settings', isMac ? 'Settings…' : '&Settings', 'CmdOrCtrl+,');
  const about = entry('about', 'About Winnow');
  return [
    ...(isMac ? [macMenu(about, settings)] : []),
    {
      label: '&File',
      submenu: [
        entry('new-comparison', 'New Comparison', 'CmdOrCtrl+N'),
        entry('search', 'Search Runs…', 'CmdOrCtrl+K'),
        separator,
        entry('export', 'Export to CSV…', 'CmdOrCtrl+E'),
        separator,
        ...(isMac
          ? [{ role: 'close' } as const]
          : [settings, separator, { role: 'quit' } as const]),
      ],
    },
    { role: 'editMenu' },
    {
      label: '&Run',
      submenu: [
        entry('run', 'Run Comparison', 'CmdOrCtrl+Enter'),
        // Without an accelerator: Escape is the page's, which also closes dialogs by it.
        entry('stop', 'Stop'),
      ],
    },
    {
      label: '&View',
      submenu: [
        entry('history', 'History'),
        entry('models', 'Models'),
        separator,
        { role: 'reload' },
        ...(isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        separator,
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        entry('shortcuts', 'Keyboard Shortcuts', 'CmdOrCtrl+/'),
        ...(isMac ? [] : [separator, about]),
      ],
    },
  ];
}

/** The menu that has the application's name on macOS. */
const macMenu = (
  about: MenuItemConstructorOptions,
  settings: MenuItemConstructorOptions,
): MenuItemConstructorOptions => ({
  label: 'Winnow',
  submenu: [
    about,
    separator,
    settings,
    separator,
    { role: 'services' },
    separator,
    { role: 'hide' },
    { role: 'hideOthers' },
    { role: 'unhide' },
    separator,
    { role: 'quit' },
  ],
});
