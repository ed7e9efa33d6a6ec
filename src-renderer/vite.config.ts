/** How the pages are built: the same bundle for the window, for a browser, and (its plugins) for the unit tests. */
import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** Chromium of Electron 45, and the browsers of the same age. */
const target = ['chrome140', 'firefox140', 'safari18'];

export const pagesPlugins = svelte({
  configFile: resolve(import.meta.dirname, 'svelte.config.js'),
});

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: pagesPlugins,
  build: {
    target,
    outDir: resolve(import.meta.dirname, '../out/renderer'),
    emptyOutDir: true,
    // The content security policy allows no inline script, and scripts from nowhere but the application itself.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: resolve(import.meta.dirname, 'index.html') },
  },
});
