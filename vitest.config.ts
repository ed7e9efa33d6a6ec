import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { pagesPlugins } from './src-renderer/vite.config.ts';

/** `npm test` runs `fast`, and `pages` in a real browser; `long` holds kills, fault runs and full tables (`npm run test:long`). */
export default defineConfig({
  test: {
    projects: [
      {
        // There is no Electron in these tests, and asking for it would download one.
        resolve: {
          alias: [
            {
              find: /^electron$/,
              replacement: resolve(import.meta.dirname, 'test/mocks/electron.ts'),
            },
          ],
        },
        plugins: pagesPlugins,
        test: {
          name: 'fast',
          include: ['test/{unit,integration,migrations,architecture,packaging}/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          pool: 'forks',
        },
      },
      {
        test: {
          name: 'pages',
          include: ['test/ui/**/*.test.ts'],
          globalSetup: 'test/ui/set-up.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Asked again until it is so: a page shows what happened a moment later.
          expect: { poll: { interval: 40, timeout: 15_000 } },
          pool: 'forks',
          // A browser, a Winnow and an engine stand behind each file.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'long',
          include: ['test/long/**/*.test.ts'],
          testTimeout: 1_800_000,
          hookTimeout: 300_000,
          pool: 'forks',
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'electron',
          include: ['test/electron/**/*.spec.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          pool: 'forks',
          fileParallelism: false,
        },
      },
    ],
  },
});
