/** Shows the theme that a person chose, or the system's; remembered for public/theme.js, which runs before everything. */
import { desktop } from '../api/desktop.ts';
import type { Theme } from '../../src-main/contract/preferences.ts';

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
let chosen: Theme = 'system';

function show(): void {
  const dark = chosen === 'system' ? systemIsDark.matches : chosen === 'dark';
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}

systemIsDark.addEventListener('change', show);

/** Applies a theme to this page and its window, and keeps it for the next start. */
export function applyTheme(theme: Theme): void {
  chosen = theme;
  show();
  desktop?.setTheme(theme);
  try {
    localStorage.setItem('winnow.theme', theme);
  } catch {
    // Storage is forbidden here: the next page begins with the system's theme until the preferences are loaded.
  }
}
