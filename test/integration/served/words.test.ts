/** The words of `npm start` and `npm run serve`, as a terminal sees them. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const launcher = fileURLToPath(new URL('../../../src-main/launch.js', import.meta.url));
const type = (...words: string[]) =>
  spawnSync(process.execPath, [launcher, ...words], { encoding: 'utf8' });

describe.each(['start', 'serve'])('npm run %s', (command) => {
  it('explains itself', () => {
    const { status, stdout, stderr } = type(command, '--help');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('npm run serve -- OPTIONS');
  });

  it('says which words it does not understand, and what it takes', () => {
    const { status, stdout, stderr } = type(command, '--host', '0.0.0.0');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('does not understand "--host 0.0.0.0"');
    expect(stderr).toContain('--port NUMBER');
  });
});

describe('other words', () => {
  it('go to the command line', () => {
    expect(type('--help').stdout).toContain('winnow');
  });
});
