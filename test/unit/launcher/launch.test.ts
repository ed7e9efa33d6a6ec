import { describe, expect, it } from 'vitest';
import { WinnowError } from '../../../src-main/contract/errors.ts';
import { launch, type LaunchSteps } from '../../../src-main/launcher/launch.ts';
import type { Command } from '../../../src-main/launcher/options.ts';

/** Starts with steps that all go well, but for the changes. */
async function launched(command: Command, changes: Partial<LaunchSteps> = {}) {
  const did: string[] = [];
  const said: string[] = [];
  const steps: LaunchSteps = {
    hasDisplay: true,
    stopped: () => false,
    needsBuild: () => Promise.resolve(false),
    build: () => Promise.resolve(void did.push('build')),
    electronBinary: () => 'electron',
    downloadElectron: () => Promise.resolve('done'),
    runWindow: (binary) => {
      did.push(`run ${binary}`);
      return Promise.resolve({ kind: 'ended', code: 0 });
    },
    say: (line) => said.push(line),
    ...changes,
  };
  return { end: await launch(command, steps), did, said };
}

/** A binary that is there from the second time that it is looked for. */
const binaryAfterDownload = (): (() => string | null) => {
  let looked = 0;
  return () => (looked++ === 0 ? null : 'fetched');
};

const serve = { kind: 'serve' };

describe('npm start', () => {
  it('opens the window, and ends as it ends', async () => {
    expect(await launched('start')).toEqual({
      end: { kind: 'ended', code: 0 },
      did: ['run electron'],
      said: [],
    });
  });

  it('builds first where that is needed', async () => {
    const { did, said } = await launched('start', { needsBuild: () => Promise.resolve(true) });
    expect(did).toEqual(['build', 'run electron']);
    expect(said).toHaveLength(1);
  });

  it('opens nothing where the build fails', async () => {
    const fault = new WinnowError('file-failed', 'No.', 'Do.');
    const failed = launched('start', {
      needsBuild: () => Promise.resolve(true),
      build: () => Promise.reject(fault),
    });
    await expect(failed).rejects.toBe(fault);
  });

  it('does not even look for Electron where there is no display', async () => {
    const never = () => {
      throw new Error('tried');
    };
    const { end, said } = await launched('start', {
      hasDisplay: false,
      electronBinary: never,
      downloadElectron: never,
      runWindow: never,
    });
    expect(end).toEqual(serve);
    expect(said).toEqual(['There is no display here, so Winnow opens in a browser instead.']);
  });

  it('fetches Electron where it is not there yet', async () => {
    const { end, did, said } = await launched('start', { electronBinary: binaryAfterDownload() });
    expect([end, did]).toEqual([{ kind: 'ended', code: 0 }, ['run fetched']]);
    expect(said).toEqual([expect.stringContaining('120 MB')]);
  });

  it.each(['done', 'failed', 'silent', 'stalled'] as const)(
    'serves where Electron cannot be had: %s',
    async (fetched) => {
      const { end, did, said } = await launched('start', {
        electronBinary: () => null,
        downloadElectron: () => Promise.resolve(fetched),
      });
      expect([end, did]).toEqual([serve, []]);
      expect(said.at(-1)).toMatch(/^Electron .*, so Winnow opens in a browser instead\.$/);
    },
  );

  it('serves where the window does not come up, and says why in one line', async () => {
    const { end, said } = await launched('start', {
      runWindow: () =>
        Promise.resolve({ kind: 'failed', reason: 'this system gives it no sandbox' }),
    });
    expect(end).toEqual(serve);
    expect(said).toEqual([
      'The window could not start (this system gives it no sandbox), so Winnow opens in a browser instead.',
    ]);
  });

  it('ends as the window ends when that was up', async () => {
    const { end } = await launched('start', {
      runWindow: () => Promise.resolve({ kind: 'ended', code: 7 }),
    });
    expect(end).toEqual({ kind: 'ended', code: 7 });
  });

  it('opens nothing more once the person has ended it', async () => {
    const ended = { kind: 'ended', code: 130 };
    expect((await launched('start', { stopped: () => true })).end).toEqual(ended);
    const stopped = await launched('start', {
      electronBinary: () => null,
      downloadElectron: () => Promise.resolve('stopped'),
    });
    expect([stopped.end, stopped.did]).toEqual([ended, []]);
  });
});

describe('npm run serve', () => {
  it('serves, whatever else there is', async () => {
    expect(await launched('serve')).toEqual({ end: serve, did: [], said: [] });
  });

  it('builds first where that is needed', async () => {
    const { did } = await launched('serve', { needsBuild: () => Promise.resolve(true) });
    expect(did).toEqual(['build']);
  });
});
