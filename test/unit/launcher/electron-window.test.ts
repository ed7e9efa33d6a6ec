import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  judgeEnd,
  runWindow,
  type WindowOptions,
} from '../../../src-main/launcher/electron-window.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';

const end = { code: 1, by: null, complaint: '', stopped: false, duringStart: true };

describe('the end of Electron', () => {
  it('is no fault where the person closed the window, or ended Winnow', () => {
    expect(judgeEnd({ ...end, code: 0 })).toEqual({ kind: 'ended', code: 0 });
    expect(judgeEnd({ ...end, code: null, by: 'SIGTERM', stopped: true })).toEqual({
      kind: 'ended',
      code: 0,
    });
  });

  it('is no start that failed where the window was up', () => {
    expect(judgeEnd({ ...end, duringStart: false, code: 7 })).toEqual({ kind: 'ended', code: 7 });
    expect(judgeEnd({ ...end, duringStart: false, code: null, by: 'SIGSEGV' })).toEqual({
      kind: 'ended',
      code: 1,
    });
  });

  it.each([
    [
      '[1:0101/1.2:FATAL:setuid_sandbox_host.cc] The SUID sandbox helper binary was found, but is not configured correctly.',
      'this system gives it no sandbox',
    ],
    [
      '[1:FATAL:zygote_host_impl_linux.cc] No usable sandbox! If you are running on Ubuntu 23.10+…',
      'this system gives it no sandbox',
    ],
    [
      '[1:ERROR] Running as root without --no-sandbox is not supported.',
      'this system gives it no sandbox',
    ],
    [
      'electron: error while loading shared libraries: libnss3.so: cannot open shared object file',
      'this system has no libnss3.so',
    ],
    ['[1:ERROR:ozone_platform_x11.cc] Missing X server or $DISPLAY', 'the display does not answer'],
    ['', 'it ended with 1'],
  ])('is explained: %s', (complaint, reason) => {
    expect(judgeEnd({ ...end, complaint })).toEqual({ kind: 'failed', reason });
  });

  it('by a signal names the signal', () => {
    expect(judgeEnd({ ...end, code: null, by: 'SIGTRAP' })).toEqual({
      kind: 'failed',
      reason: 'it ended with SIGTRAP',
    });
  });
});

describe('a window', () => {
  /** Node stands for Electron here: both run the project that they are given. */
  function run(code: string, options: Partial<WindowOptions> = {}) {
    const project = temporaryFolder();
    writeFileSync(join(project, 'index.js'), code);
    return runWindow(process.execPath, project, {
      env: process.env,
      signal: new AbortController().signal,
      complain: () => undefined,
      ...options,
    });
  }

  it('that is closed ends Winnow', async () => {
    expect(await run('')).toEqual({ kind: 'ended', code: 0 });
  });

  it('that does not come up says why, and keeps its noise to itself', async () => {
    const said: string[] = [];
    const ended = await run(`console.error('No usable sandbox!'); process.exit(1)`, {
      complain: (text) => said.push(text),
    });
    expect(ended).toEqual({ kind: 'failed', reason: 'this system gives it no sandbox' });
    expect(said).toEqual([]);
  });

  it('that was up passes on what it complains about', async () => {
    const said: string[] = [];
    const ended = await run(`console.error('late'); process.exit(3)`, {
      startMilliseconds: 0,
      complain: (text) => said.push(text),
    });
    expect(ended).toEqual({ kind: 'ended', code: 3 });
    expect(said.join('')).toContain('late');
  });

  it('is ended when Winnow is', async () => {
    const stop = new AbortController();
    const ended = run(`console.error('up'); setInterval(() => {}, 1000)`, {
      signal: stop.signal,
      startMilliseconds: 0,
      complain: () => stop.abort(),
    });
    expect(await ended).toEqual({ kind: 'ended', code: 0 });
  });

  it('is Electron also in the terminal of an editor that is made of it', async () => {
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
    const code = `process.exit('ELECTRON_RUN_AS_NODE' in process.env ? 1 : 0)`;
    expect(await run(code, { env })).toEqual({ kind: 'ended', code: 0 });
  });

  it('that cannot be started at all says why', async () => {
    const missing = runWindow(join(temporaryFolder(), 'none'), '.', {
      env: process.env,
      signal: new AbortController().signal,
      complain: () => undefined,
    });
    expect(await missing).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('ENOENT') as string,
    });
  });
});
