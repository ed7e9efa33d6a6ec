import { resolve } from 'node:path';
import { defineConfig } from 'electron-vite';
import pages from './src-renderer/vite.config.ts';

const entry = (name: string): string => resolve(import.meta.dirname, `src-main/${name}.ts`);

/**
 * Builds the processes of the application into out/main, the preload into out/preload and the pages into out/renderer.
 * Named inputs keep stable file names, so that one entry can start another by its path.
 */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      rolldownOptions: {
        input: {
          index: entry('index'),
          core: entry('core'),
          engine: entry('engine'),
          serve: entry('serve'),
          'template-process': entry('engine/tokenizer/template-process'),
        },
      },
    },
  },
  // One file that needs nothing but Electron: a sandboxed page's preload can load neither modules nor packages.
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: entry('shell/preload') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: pages,
});
