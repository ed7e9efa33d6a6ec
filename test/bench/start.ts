/**
 * How long `npm start` takes to give an address where there is no display, as a newcomer meets it: after a fresh install
 * nothing is built yet. Prints the seconds; fails where no address comes, or no page stands behind it.
 *
 *     npm run bench:start
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../..', import.meta.url));
/** What is promised, in seconds. */
const promised = 20;
const patienceMs = 120_000;

const data = mkdtempSync(join(tmpdir(), 'winnow-start-'));
const built = existsSync(join(project, 'out', 'renderer', 'index.html'));
const { DISPLAY, WAYLAND_DISPLAY, ...environment } = process.env;
void [DISPLAY, WAYLAND_DISPLAY];
process.exitCode = 1;
const began = performance.now();
// What the script runs, without npm in between, which would not pass on the end.
const child = spawn(process.execPath, ['src-main/launch.js', 'start', '--port', '0', '--no-open'], {
  cwd: project,
  env: { ...environment, WINNOW_DATA: data },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const timer = setTimeout(() => child.kill('SIGTERM'), patienceMs);
try {
  for await (const line of createInterface({ input: child.stdout })) {
    const [address] = /http:\/\/\S+\?token=\S+/.exec(line) ?? [];
    if (address === undefined) continue;
    await tell(address);
    break;
  }
} finally {
  clearTimeout(timer);
  child.kill('SIGTERM');
  rmSync(data, { recursive: true, force: true, maxRetries: 5 });
}

async function tell(address: string): Promise<void> {
  const seconds = (performance.now() - began) / 1000;
  const entered = await fetch(address, { redirect: 'manual' });
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  const page = await fetch(new URL('/', address), { headers: { cookie } });
  const isPage = page.ok && (await page.text()).includes('<title>');
  const how = built ? 'built before' : 'built by this start';
  const verdict = seconds <= promised ? 'met' : 'missed';
  console.log(
    `npm start: an address after ${seconds.toFixed(1)} s (${how}; limit ${promised} s: ${verdict})`,
  );
  if (isPage) process.exitCode = 0;
}
