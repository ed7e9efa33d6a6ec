#!/usr/bin/env node
// The door to the command line, and to the application (the words `start` and `serve`): plain JavaScript that any Node
// since 18 can read. Winnow itself needs Node 24 (it runs TypeScript as it is, and its database binding crashes on older
// ones), so an older Node hands over to the packaged one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const neededMajor = 24;
const entry = new URL(
  ['start', 'serve'].includes(process.argv[2] ?? '') ? './start.ts' : './cli.ts',
  import.meta.url,
);

if (Number(process.versions.node.split('.')[0]) >= neededMajor) {
  await import(entry.href);
} else {
  handOver(packagedNode());
}

/** @returns {string} path of the Node binary that the `node` package brought */
function packagedNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    const binary = ['node.exe', 'node'].map((name) => join(folder, 'bin', name)).find(existsSync);
    if (binary !== undefined) return binary;
  } catch {
    // Falls through to the sentence below.
  }
  console.error(
    `Winnow needs Node ${neededMajor}, this is ${process.version}, and the packaged one is missing. Run "npm install" in Winnow's folder, then try again.`,
  );
  process.exit(1);
}

/** @param {string} node */
function handOver(node) {
  const child = spawn(node, [fileURLToPath(entry), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl+C to both processes; this one waits for what the other makes of it.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  child.on('error', (error) => {
    console.error(`The packaged Node could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  });
}
