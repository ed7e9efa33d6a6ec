/** Entry of the served application: the core in this process, the pages for browsers on this computer. */
import { hostname, userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { composeApplication } from './composition.ts';
import { forkedEngine } from './host/engine-channel.ts';
import { announce, newAddressText, portTakenText } from './launcher/announce.ts';
import { isOnPath } from './launcher/browser.ts';
import { onEnding } from './launcher/ending.ts';
import { faultText } from './launcher/lines.ts';
import { readOptions, usageText, type LaunchOptions } from './launcher/options.ts';
import { inProject } from './surroundings.ts';
import { plainAddress, startServed } from './transport/served-application.ts';

/** Taken where it is free, so that the address stays the same from day to day. */
const usualPort = 4173;

// The sources run as they are; a build has the same entries as JavaScript.
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const engineEntry = fileURLToPath(new URL(`./engine.${extension}`, import.meta.url));
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Serves until the person ends it. */
async function serve({ port, open }: LaunchOptions): Promise<void> {
  const application = composeApplication(forkedEngine(engineEntry));
  const served = await startServed({
    ...application,
    pagesFolder: inProject('out/renderer'),
    port: port ?? usualPort,
    orAnyPort: port === null,
    onNewAddress: (address) => say(newAddressText(address)),
  }).catch(async (fault: unknown) => {
    await application.close();
    throw fault;
  });
  onEnding({
    source: process,
    clock: () => performance.now(),
    end: () => void served.close().then(() => application.close()),
    endNow: () => process.exit(130),
  });
  if (port === null && served.port !== usualPort) say(portTakenText(usualPort, served.port));
  await announce(
    { port: served.port, address: served.address, plainAddress: plainAddress(served.port) },
    {
      surroundings: process,
      open,
      userName: userInfo().username,
      hostName: hostname(),
      isOnPath: (program) => isOnPath(program, process.env.PATH ?? ''),
      say,
    },
  );
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) say(usageText);
  else await serve(options);
} catch (error) {
  process.stderr.write(`${faultText(error)}\n`);
  process.exitCode = 1;
}
