import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorCodes } from '../../src-main/contract/errors.ts';
import type { StoppableEngine } from '../../src-main/core/engine.ts';
import { badWords } from '../helpers/bad-words.ts';
import { say, startWinnow } from '../helpers/command-line.ts';
import { expectIntactFile } from '../helpers/killed-runs.ts';
import { makeWorkplace, realEngine } from '../helpers/whole-application.ts';

const workplace = await makeWorkplace();
const cases = badWords(workplace);
const few = ['--candidates', '2', '--max-tokens', '4'];
const usual = join(workplace.folder, 'usual.db');
let engine: StoppableEngine;
let before: unknown;

async function storedRuns(): Promise<unknown> {
  const { out } = await say(workplace, ['history', '--json', '--limit', '100'], { engine });
  return (JSON.parse(out) as { runs: unknown }).runs;
}

beforeAll(async () => {
  engine = realEngine();
  for (const seed of ['1', '2']) {
    const words = ['compare', 'hello', ...few, '--seed', seed];
    expect(await say(workplace, words, { engine })).toMatchObject({ code: 0 });
  }
  before = await storedRuns();
});
afterAll(() => {
  engine.close();
  workplace.remove();
});

/** What only a programmer would understand, or what nobody should see. */
const unspeakable =
  /undefined|\[object|NaN|\bnull\b(?!")|Error:|ENOENT|EISDIR|SQLITE|at .*\.ts|node:|ERR_|valibot|Expected|received/;

/** A case may print what was typed, and that is no fault of the message. */
const without = (message: string, words: string[]): string =>
  words
    .filter((word) => word.length > 1)
    .reduce((rest, word) => rest.replaceAll(word, '…'), message);

describe.each(cases.filter(({ ends }) => ends !== null))('$name', ({ words, ends, input = '' }) => {
  it('is refused in words that a person understands, and as one JSON document', async () => {
    const expected = ends === 'usage' ? 2 : 1;
    const plain = await say(workplace, words, { engine, input });
    expect(plain).toMatchObject({ code: expected, out: '' });
    const [message = '', help = ''] = plain.err.trim().split('\n').slice(-2);
    for (const sentence of [message, help]) {
      expect(sentence).toMatch(/^[A-Z"'/.-].*[.)]$/);
      expect(without(sentence, words)).not.toMatch(unspeakable);
    }

    const [command = '', ...rest] = words;
    const json = await say(workplace, [command, '--json', ...rest], { engine, input });
    expect(json.code).toBe(expected);
    expect(JSON.parse(json.out)).toEqual({ error: { code: ends, message, help } });
    expect(errorCodes).toContain(ends);
  });
});

describe.each(cases.filter(({ ends }) => ends === null))('$name', ({ words, input = '' }) => {
  it('is answered like any other prompt', async () => {
    const [command = '', ...rest] = words;
    const { code, out } = await say(workplace, [command, '--json', ...rest], { engine, input });
    expect(code).toBe(0);
    const prompt = rest.find((word) => !word.startsWith('--') && !few.includes(word));
    const document = JSON.parse(out) as { run: { prompt: string } };
    if (!rest.includes('--') && prompt !== undefined && !existsSync(prompt)) {
      expect(document.run.prompt).toBe(prompt);
    }
    const shown = await say(workplace, ['show', 'last'], { engine });
    // What a prompt or an answer holds never steers the terminal.
    expect(shown.out).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });
});

describe('the real process', () => {
  const faults: [
    name: string,
    folder: () => string,
    words: string[],
    code: number,
    error: string,
  ][] = [
    ['wrong usage', () => workplace.folder, ['histroy', '--json'], 2, 'usage'],
    [
      'wrong words for the benchmark',
      () => workplace.folder,
      ['bench', '--n', '0', '--json', 'f'],
      2,
      'usage',
    ],
    ['a failure', () => workplace.folder, ['show', 'last', '--json'], 1, 'run-not-found'],
    [
      'a data folder under a file',
      () => workplace.generator,
      ['history', '--json'],
      1,
      'file-failed',
    ],
  ];

  it.each(faults)(
    'ends %s with its exit code and one document',
    async (_name, folder, words, code, error) => {
      const said = await startWinnow({ folder: folder() }, words).ended;
      expect(said).toMatchObject({ code, err: '' });
      expect(JSON.parse(said.out)).toMatchObject({ error: { code: error } });
    },
  );

  it('goes on when nobody reads its progress any more', async () => {
    const { generator, reward } = workplace;
    const models = ['--generator', generator, '--reward', reward];
    const few = ['--candidates', '4', '--max-tokens', '8', '--json'];
    const winnow = startWinnow(workplace, ['compare', 'Tell me about rain.', ...few, ...models]);
    winnow.child.stderr?.destroy();
    const { code, out } = await winnow.ended;
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ run: { status: 'done' } });
  });

  it('says nothing at all but help without words, which is wrong usage', async () => {
    const { code, out } = await startWinnow(workplace, []).ended;
    expect(code).toBe(2);
    expect(out).toContain('winnow compare PROMPT');
  });
});

describe('after all of them', () => {
  it('the store is whole, holds what it held, and takes the next run', async () => {
    expectIntactFile(usual);
    const answered = cases.filter(({ ends }) => ends === null).length;
    const now = await storedRuns();
    expect((now as unknown[]).slice(answered)).toEqual(before);
    expect(await say(workplace, ['compare', 'hello', ...few], { engine })).toMatchObject({
      code: 0,
    });
  });
});
