import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportKinds } from '../../../src-main/contract/exports.ts';
import { openStore } from '../../../src-main/store/open.ts';
import { say } from '../../helpers/command-line.ts';
import { storeVotedRun } from '../../helpers/stored-runs.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';
import { realEngine } from '../../helpers/whole-application.ts';

/** The command line over a database with one run that was voted on; no engine is ever started. */
async function commandLine() {
  const folder = temporaryFolder();
  const store = await openStore(join(folder, 'usual.db'));
  const id = storeVotedRun(store);
  store.close();
  const workplace = { folder, generator: '', reward: '', remove: () => undefined };
  const engine = realEngine();
  return { folder, id, winnow: (...words: string[]) => say(workplace, words, { engine }) };
}

describe('history --json', () => {
  it('holds what docs/command-line.md says: votes and texts are not in it', async () => {
    const { id, winnow } = await commandLine();
    const { out } = await winnow('history', '--json');
    const { runs } = JSON.parse(out) as { runs: { id: string; lanes: object[] }[] };
    const [run] = runs;
    expect(run?.id).toBe(id);
    expect(Object.keys(run ?? {}).sort()).toEqual(
      [
        ...['id', 'prompt', 'status', 'settings', 'startedAt', 'endedAt', 'generator', 'reward'],
        ...['judge', 'budgetBytes', 'appVersion', 'cpu', 'error', 'lanes'],
      ].sort(),
    );
    expect(Object.keys(run?.lanes[0] ?? {}).sort()).toEqual(
      [
        ...['id', 'runId', 'strategy', 'order', 'status', 'chosen', 'tokensGenerated'],
        ...['tokensThrownAway', 'tokensScored', 'wallMs', 'timeMs', 'timeFirstTokenMs'],
        'peakCacheBytes',
      ].sort(),
    );
  });
});

describe('export', () => {
  it.each(exportKinds)('writes %s', async (what) => {
    const { folder, id, winnow } = await commandLine();
    const file = join(folder, `${what}.csv`);
    const said = await winnow('export', '--what', what, '--to', file, '--run', 'last', '--json');
    expect(said.code).toBe(0);
    expect((JSON.parse(said.out) as { rows: number }).rows).toBeGreaterThan(0);
    expect(readFileSync(file, 'utf8')).toContain(`\n"${id}"`);
  });

  it('names what it can write where it is asked for something else', async () => {
    const { winnow } = await commandLine();
    const { code, err } = await winnow('export', '--what', 'poems', '--to', 'x.csv');
    expect(code).toBe(2);
    for (const what of exportKinds) expect(err).toContain(what);
  });
});

describe('the next command', () => {
  it('removes runs that were deleted before', async () => {
    const { folder, id, winnow } = await commandLine();
    const store = await openStore(join(folder, 'usual.db'));
    store.deleteRun(id, new Date(Date.now() - 120_000));
    expect((await winnow('history', '--json')).out).toBe('{"runs":[]}\n');
    expect(() => store.restoreRun(id)).toThrow('No stored run has the id');
    store.close();
  });
});
