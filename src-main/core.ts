/** Entry of the core's utility process: the whole application, served to each page through the port that the shell sends. */
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { composeApplication } from './composition.ts';
import { forkedEngine } from './host/engine-channel.ts';
import { toCoreSchema, type FromCore } from './host/shell-messages.ts';
import { utilityEngine } from './host/utility-engine.ts';
import { portLink } from './transport/message-port.ts';
import { lineToShell } from './transport/parent-port.ts';
import { servePage } from './transport/serve-page.ts';

// Electron only warns of a promise that nobody watches. Whatever is half done then is safer in a new process.
process.on('unhandledRejection', (error) => {
  throw error;
});

const shell = lineToShell();
if (shell === undefined) throw new Error('This runs only in a process that the window starts.');

// The sources run as they are; a build has the same entries as JavaScript.
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const engineEntry = fileURLToPath(new URL(`./engine.${extension}`, import.meta.url));
const { WINNOW_NODE: bundledNode } = process.env;

const application = composeApplication(
  bundledNode === undefined ? utilityEngine(shell) : forkedEngine(engineEntry, bundledNode),
);

// Before a person leaves Winnow in the middle of one, the shell asks.
application.events.subscribe(({ event: { type } }) => {
  if (type !== 'comparison-started' && type !== 'comparison-ended') return;
  const isRunning = type === 'comparison-started';
  shell.tell({ type: 'comparison', isRunning } satisfies FromCore);
});

shell.onMessage((data, port) => {
  const { success, output } = v.safeParse(toCoreSchema, data);
  if (!success) return;
  if (output.type === 'page' && port !== undefined) servePage(portLink(port), application);
  if (output.type === 'close') void application.close().finally(() => process.exit(0));
});
