/** Entry of the window's application: says where everything lies. Electron runs it; everything else is in `shell`. */
import { join } from 'node:path';
import { dataFolder, makeDataFolder } from './core/data-folder.ts';
import { readyExportFile, removeReadyExport } from './core/export/ready-exports.ts';
import { openLog } from './core/log.ts';
import { startDesktop } from './shell/desktop.ts';

const here = import.meta.dirname;
const folder = dataFolder();
try {
  makeDataFolder(folder);
} catch {
  // The core finds the same fault and says it on the page.
}

startDesktop({
  preload: join(here, '../preload/preload.cjs'),
  pages: join(here, '../renderer'),
  coreEntry: join(here, 'core.js'),
  engineEntry: join(here, 'engine.js'),
  project: join(here, '../..'),
  data: folder.root,
  logCoreDeath: (exitCode) => openLog(folder.logs).write('error', 'core-died', { exitCode }),
  signals: process,
  exports: {
    find: (id) => readyExportFile(folder.exports, id),
    remove: (id) => removeReadyExport(folder.exports, id),
  },
});
