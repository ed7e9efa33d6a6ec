/** What the whole window answers to, from the keyboard and from the native menu alike. */
import { desktop } from '../../api/desktop.ts';
import type { MenuCommand } from '../../../src-main/contract/desktop-bridge.ts';
import { go, route } from '../../state/route.svelte.ts';
import { focusSearch, searchQuery } from './arrive.ts';
import { registerShortcut, runShortcut, type Shortcut } from '../../state/shortcuts.svelte.ts';

interface FrameActions {
  showShortcuts: () => void;
}

/** Shortcuts that pages register, by the menu command that means the same. */
const pageKeys = { run: 'Ctrl+Enter', stop: 'Escape', export: 'Ctrl+E' } as const;

/** Registers them; gives a function that ends it. */
export function registerFrameActions({ showShortcuts }: FrameActions): () => void {
  const commands: Record<Exclude<MenuCommand, keyof typeof pageKeys>, () => void> = {
    'new-comparison': () => go('/compare'),
    history: () => go('/history'),
    models: () => go('/models'),
    settings: () => go('/settings'),
    about: () => go('/about'),
    search: searchRuns,
    shortcuts: showShortcuts,
  };
  const keys: Shortcut[] = [
    // A browser keeps Ctrl+N for its own windows and never tells the page.
    {
      keys: desktop === null ? 'N' : 'Ctrl+N',
      label: 'New comparison',
      run: commands['new-comparison'],
    },
    { keys: 'Ctrl+K', label: 'Search runs', run: commands.search },
    { keys: 'Ctrl+,', label: 'Settings', run: commands.settings },
    { keys: 'Ctrl+/', label: 'List of shortcuts', run: commands.shortcuts },
  ];
  const ends = keys.map(registerShortcut);
  const endMenu = desktop?.onMenuCommand((command) => {
    if (command === 'run' || command === 'stop' || command === 'export') {
      runShortcut(pageKeys[command]);
    } else commands[command]();
  });
  return () => {
    for (const end of ends) end();
    endMenu?.();
  };
}

function searchRuns(): void {
  const page = document.getElementById('page');
  if (route.path === '/history' && page !== null) focusSearch(page);
  else go('/history', searchQuery);
}
