/** The welcome has been seen: from now on Winnow begins with the form. */
import { preferences } from '../../state/preferences.svelte.ts';

export function rememberWelcome(): void {
  // Not worth a word where it cannot be saved: the welcome is then shown once more.
  if (!preferences.current.welcomed) preferences.change({ welcomed: true }).catch(() => undefined);
}
