/* Sets the theme before the first paint, so that a dark page never flashes white. state/theme.ts keeps it up to date. */
(function () {
  let chosen = null;
  try {
    chosen = localStorage.getItem('winnow.theme');
  } catch {
    /* Storage is forbidden here: the system's theme it is. */
  }
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme =
    chosen === 'light' || chosen === 'dark' ? chosen : dark ? 'dark' : 'light';
})();
