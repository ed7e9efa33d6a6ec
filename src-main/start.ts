/** Entry of `npm start` and `npm run serve`: builds what is not built, opens the window where there can be one, else serves. */
import { build, needsBuild } from './launcher/build.ts';
import { electronBinary } from './launcher/electron-binary.ts';
import { downloadElectron } from './launcher/electron-download.ts';
import { runWindow } from './launcher/electron-window.ts';
import { onEnding } from './launcher/ending.ts';
import { launch, type Launched } from './launcher/launch.ts';
import { createLines, faultText } from './launcher/lines.ts';
import { readOptions, usageText, type Command } from './launcher/options.ts';
import { hasDisplay } from './launcher/surroundings.ts';
import { inProject } from './surroundings.ts';

const lines = createLines(process.stdout);

async function start(command: Command): Promise<Launched> {
  const project = inProject('');
  const electronFolder = inProject('node_modules/electron');
  const { env } = process;
  const stop = new AbortController();
  const { signal } = stop;
  const ended = onEnding({
    source: process,
    clock: () => performance.now(),
    end: () => stop.abort(),
    endNow: () => process.exit(130),
  });
  const launched = await launch(command, {
    hasDisplay: hasDisplay(process),
    stopped: () => signal.aborted,
    needsBuild: () => needsBuild(project),
    build: () => build(project, signal),
    electronBinary: () => electronBinary(electronFolder, process),
    downloadElectron: () =>
      downloadElectron(electronFolder, {
        env,
        signal,
        onBytes: (bytes) => lines.progress(`  ${Math.round(bytes / 1e6)} MB`),
      }),
    runWindow: (binary) =>
      runWindow(binary, project, {
        env,
        signal,
        complain: (text) => void process.stderr.write(text),
      }),
    say: lines.say,
  });
  ended();
  return launched;
}

try {
  const { command, help } = readOptions(process.argv.slice(2));
  const launched: Launched = help ? { kind: 'ended', code: 0 } : await start(command);
  if (help) lines.say(usageText);
  if (launched.kind === 'serve') await import('./serve.ts');
  else process.exitCode = launched.code;
} catch (error) {
  process.stderr.write(`${faultText(error)}\n`);
  process.exitCode = 1;
}
