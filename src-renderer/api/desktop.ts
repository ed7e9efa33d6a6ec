/** The bridge that the Electron window offers its page; absent in a browser. */
import type { DesktopBridge } from '../../src-main/contract/desktop-bridge.ts';

declare global {
  interface Window {
    readonly winnow?: DesktopBridge;
  }
}

export const desktop: DesktopBridge | null = window.winnow ?? null;

/** The page is shown in Winnow's own window, not in a browser. */
export const isDesktop = desktop !== null;
