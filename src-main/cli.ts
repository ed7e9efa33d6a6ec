/** Entry of the command line: composes the core with an engine in a process of its own, and reads the words. */

import { fileURLToPath } from 'node:url';
import { createApplication } from './core/application.ts';
import { dataFolder, makeDataFolder } from './core/data-folder.ts';
import { openLog } from './core/log.ts';
import { forkedEngine } from './host/engine-channel.ts';
import { createEngineHost } from './host/engine-host.ts';
import { openStore } from './store/open.ts';
import { runCommandLine } from './terminal/commands.ts';
import { processIo } from './terminal/process-io.ts';
import { appVersion, builtInModels, inProject, processorName } from './surroundings.ts';

// The sources run as they are; a build has the same entries as JavaScript.
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const engineEntry = fileURLToPath(new URL(`./engine.${extension}`, import.meta.url));
const folder = dataFolder();

process.exitCode = await runCommandLine(process.argv.slice(2), processIo(), {
  builtInModels: builtInModels(),
  benchmarkEntry: inProject('test/bench/main.ts'),
  dataRoot: folder.root,
  databaseFile: folder.database,
  openApplication(databaseFile) {
    const log = openLog(folder.logs);
    return createApplication({
      log,
      openStore() {
        makeDataFolder(folder);
        return openStore(databaseFile ?? folder.database);
      },
      engine: createEngineHost(forkedEngine(engineEntry), {
        onDeath: (exit) => log.write('error', 'engine-died', exit),
      }),
      preparedFolder: folder.preparedModels,
      appVersion: appVersion(),
      cpu: processorName(),
      clock: () => performance.now(),
    });
  },
});
