/** Light and dark: what the person chose, or what the system says, for native parts and for a window without a page yet. */
import { nativeTheme, type BrowserWindow } from 'electron';
import type { Theme } from '../contract/preferences.ts';

/** The pages' own background (`--surface-0` in src-renderer/styles/tokens.css). */
const backgrounds = { light: '#f5f6f8', dark: '#12161c' } as const;

export function setTheme(theme: Theme): void {
  nativeTheme.themeSource = theme;
}

export const currentTheme = (): Theme => nativeTheme.themeSource;

export const windowBackground = (): string =>
  nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light;

/** Keeps a window's background, which shows while it is resized, in the theme's colour. */
export function followTheme(window: BrowserWindow): void {
  const follow = (): void => window.setBackgroundColor(windowBackground());
  nativeTheme.on('updated', follow);
  window.once('closed', () => nativeTheme.off('updated', follow));
}
