/** Entry of the command line: composes the core with an engine in a process of its own, and reads the words. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApplication } from './core/application.ts';
import { dataFolder, makeDataFolder } from './core/data-folder.ts';
import { openLog } from './core/log.ts';
import { forkedEngine } from './host/engine-channel.ts';
import { createEngineHost } from './host/engine-host.ts';
import { openStore } from './store/open.ts';
import { runCommandLine } from './terminal/commands.ts';
import { processIo } from './terminal/process-io.ts';
import { appVersion, builtInModels, processorName } from './surroundings.ts';

const engineEntry = fileURLToPath(new URL('./engine.ts', import.meta.url));
const folder = dataFolder();

process.exitCode = await runCommandLine(process.argv.slice(2), processIo(), {
  builtInModels: builtInModels(),
  benchmarkEntry: join(import.meta.dirname, '..', 'test', 'bench', 'run.ts'),
  dataRoot: folder.root,
  databaseFile: folder.database,
  async openApplication(databaseFile) {
    makeDataFolder(folder);
    return createApplication({
      log: openLog(folder.logs),
      store: await openStore(databaseFile ?? folder.database),
      engine: createEngineHost(forkedEngine(engineEntry)),
      preparedFolder: folder.preparedModels,
      appVersion: appVersion(),
      cpu: processorName(),
      clock: () => performance.now(),
    });
  },
});
