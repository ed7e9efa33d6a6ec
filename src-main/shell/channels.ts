/** The names under which the preload and the shell speak: a closed list, shared by both ends. */
import { portMessage, type DesktopBridge } from '../contract/desktop-bridge.ts';

/** What a page may ask of the shell. */
export type PageVerb = Exclude<keyof DesktopBridge, 'platform' | 'pathOfFile' | 'onMenuCommand'>;

export const pageChannels = {
  connect: 'winnow:connect',
  saveExport: 'winnow:save-export',
  showSaved: 'winnow:show-saved',
  chooseModel: 'winnow:choose-model',
  openLink: 'winnow:open-link',
  setTheme: 'winnow:set-theme',
} as const satisfies Record<PageVerb, string>;

/** What the shell tells a page. */
export const shellChannels = { port: portMessage, menuCommand: 'winnow:menu-command' } as const;
