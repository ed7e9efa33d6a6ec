/** How the pages are built: the same bundle for the window, for a browser, and (its plugins) for the unit tests. */
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** This folder. electron-vite bundles its configuration, and only `import.meta.url` still names this file there. */
const here = dirname(fileURLToPath(import.meta.url));

/** What Chromium of Electron 45 and the browsers of its age understand. electron-vite adds the Chromium by name. */
const target = 'es2024';

export const pagesPlugins = svelte({
  configFile: resolve(here, 'svelte.config.js'),
});

export default defineConfig({
  root: here,
  base: './',
  plugins: pagesPlugins,
  build: {
    target,
    outDir: resolve(here, '../out/renderer'),
    emptyOutDir: true,
    // The content security policy allows no inline script, and scripts from nowhere but the application itself.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: resolve(here, 'index.html') },
  },
});
