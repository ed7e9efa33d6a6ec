/** Entry of the command line: composes the core with an engine in a process of its own, and reads the words. */
import { fileURLToPath } from 'node:url';
import { composeCore } from './composition.ts';
import { dataFolder } from './core/data-folder.ts';
import { forkedEngine } from './host/engine-channel.ts';
import { builtInModels, inProject } from './surroundings.ts';
import { runCommandLine } from './terminal/commands.ts';
import { processIo } from './terminal/process-io.ts';

// The sources run as they are; a build has the same entries as JavaScript.
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const engineEntry = fileURLToPath(new URL(`./engine.${extension}`, import.meta.url));
const folder = dataFolder();

process.exitCode = await runCommandLine(process.argv.slice(2), processIo(), {
  builtInModels: builtInModels(),
  benchmarkEntry: inProject('test/bench/main.ts'),
  dataRoot: folder.root,
  databaseFile: folder.database,
  openApplication: (databaseFile) =>
    composeCore(forkedEngine(engineEntry), folder, { databaseFile }),
});
