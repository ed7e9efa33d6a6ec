import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { browserCall, callProgram, isOnPath } from '../../../src-main/launcher/browser.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';

const address = 'http://127.0.0.1:5001/?token=a-b_c';
const display = { DISPLAY: ':0' };
const remote = { SSH_CONNECTION: '1.2.3.4 5 6.7.8.9 22' };

describe('the browser', () => {
  it.each<[NodeJS.Platform, Record<string, string>, boolean | null, string | undefined]>([
    ['linux', display, null, 'xdg-open'],
    ['linux', {}, null, undefined],
    ['linux', {}, true, 'xdg-open'],
    ['linux', display, false, undefined],
    ['darwin', {}, null, 'open'],
    ['darwin', remote, null, undefined],
    ['win32', {}, null, 'rundll32'],
    ['win32', remote, null, undefined],
    ['win32', {}, false, undefined],
  ])('on %s with %j, asked %s, is opened by %s', (platform, env, wanted, program) => {
    const call = browserCall(address, { platform, env }, wanted, () => true);
    expect(call?.program).toBe(program);
    if (call !== null) expect(call.words.at(-1)).toBe(address);
  });

  it('is not there where no program opens it', () => {
    const surroundings = { platform: 'linux', env: display } as const;
    expect(browserCall(address, surroundings, null, () => false)).toBeNull();
  });
});

describe('a program', () => {
  it.skipIf(process.platform === 'win32')('is looked for in the folders of PATH', () => {
    const [first, second] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(join(second, 'opener'), '');
    const path = [first, '', second].join(delimiter);
    expect(isOnPath('opener', path)).toBe(false);
    chmodSync(join(second, 'opener'), 0o755);
    expect(isOnPath('opener', path)).toBe(true);
    expect(isOnPath('opener', first)).toBe(false);
  });

  const node = (code: string) => ({ program: process.execPath, words: ['-e', code] });

  it('worked when it ends well, or goes on', async () => {
    expect(await callProgram(node(''))).toBe(true);
    expect(await callProgram(node('setTimeout(() => {}, 2000)'), 0)).toBe(true);
  });

  it('did not work when it fails, or is not there', async () => {
    expect(await callProgram(node('process.exit(3)'), 30_000)).toBe(false);
    expect(await callProgram({ program: join(temporaryFolder(), 'none'), words: [] })).toBe(false);
  });
});
