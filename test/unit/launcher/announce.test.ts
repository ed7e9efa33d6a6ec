import { describe, expect, it } from 'vitest';
import { announce, tunnelCommand, type Announcer } from '../../../src-main/launcher/announce.ts';

const served = {
  port: 5001,
  address: 'http://127.0.0.1:5001/?token=secret',
  plainAddress: 'http://127.0.0.1:5001/',
};

/** What is said and called in these surroundings. */
async function announced(changes: Partial<Announcer>): Promise<{ said: string; called: string[] }> {
  const said: string[] = [];
  const called: string[] = [];
  await announce(served, {
    surroundings: { platform: 'linux', env: { DISPLAY: ':0' } },
    open: null,
    userName: 'ada',
    hostName: 'engine',
    isOnPath: () => true,
    say: (text) => said.push(text),
    call: ({ program, words }) => {
      called.push([program, ...words].join(' '));
      return Promise.resolve(true);
    },
    ...changes,
  });
  return { said: said.join('\n'), called };
}

describe('the person is told', () => {
  it('that the browser is open, without the token', async () => {
    const { said, called } = await announced({});
    expect(called).toEqual([`xdg-open ${served.address}`]);
    expect(said).toContain(`open in your browser: ${served.plainAddress}`);
    expect(said).not.toContain('secret');
  });

  it('the address with its token, and how to reach it from elsewhere, where there is no browser', async () => {
    const { said, called } = await announced({ surroundings: { platform: 'linux', env: {} } });
    expect(called).toEqual([]);
    expect(said.split('\n')).toContain(`  ${served.address}`);
    expect(said).toContain('ssh -L 5001:127.0.0.1:5001 ada@engine');
    expect(said).toContain('Ctrl+C');
  });

  it('the address where the browser does not open', async () => {
    const { said } = await announced({ call: () => Promise.resolve(false) });
    expect(said).toContain(served.address);
  });

  it('the address where they want no browser', async () => {
    const { said, called } = await announced({ open: false });
    expect(called).toEqual([]);
    expect(said).toContain(served.address);
  });
});

describe('the command for a tunnel', () => {
  it.each([
    [undefined, 'ssh -L 5001:127.0.0.1:5001 ada@engine'],
    ['1.2.3.4 5678 10.0.0.7 22', 'ssh -L 5001:127.0.0.1:5001 ada@10.0.0.7'],
    ['1.2.3.4 5678 10.0.0.7 2222', 'ssh -p 2222 -L 5001:127.0.0.1:5001 ada@10.0.0.7'],
  ])('for a person who came by %s', (connection, command) => {
    const surroundings = { platform: 'linux', env: { SSH_CONNECTION: connection } } as const;
    expect(tunnelCommand(5001, { surroundings, userName: 'ada', hostName: 'engine' })).toBe(
      command,
    );
  });
});
