import { resolve } from 'node:path';
import { defineConfig } from 'electron-vite';
import pages from './src-renderer/vite.config.ts';

const entry = (name: string): string => resolve(import.meta.dirname, `src-main/${name}.ts`);

/**
 * Builds the processes of the packaged application into out/main. Named inputs keep stable file names, so that one entry
 * can start another by its path. The pages (src-renderer) and the preload join with the window.
 */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      rolldownOptions: {
        input: {
          cli: entry('cli'),
          engine: entry('engine'),
          'template-process': entry('engine/tokenizer/template-process'),
        },
      },
    },
  },
  renderer: pages,
});
