import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../src-main/contract/settings.ts';
import {
  commonOptions,
  readArguments,
  readMemory,
  readRunSettings,
  runOptions,
} from '../../../src-main/terminal/arguments.ts';
import { helpText } from '../../../src-main/terminal/help.ts';

const models = { generator: 'built-in.gguf', reward: 'built-in-reward' };
const read = (...words: string[]) =>
  readRunSettings(readArguments(words, { ...commonOptions, ...runOptions }).values, models);

describe('the words of a comparison', () => {
  it('are all optional', () => {
    expect(read()).toEqual({ ...defaultSettings, ...models });
  });

  it('set every option', () => {
    const settings = read(
      ...[
        '--strategies',
        'greedy,best-of-n',
        '--candidates',
        'fit',
        '--alpha',
        '0.25',
        '--memory',
        '128MB',
      ],
      ...[
        '--max-tokens',
        '99',
        '--temperature',
        '0.5',
        '--top-p',
        '0.9',
        '--top-k',
        '40',
        '--min-p',
        '0.05',
      ],
      ...[
        '--repetition-penalty',
        '1.1',
        '--seed',
        '7',
        '--hold',
        'tokens',
        '--observe',
        '--generator',
        'g.gguf',
      ],
      ...['--reward', 'likelihood', '--judge', 'second', '--device', 'cpu', '--form', 'int8'],
    );
    expect(settings).toEqual({
      strategies: ['greedy', 'best-of-n'],
      candidates: 'fit',
      alpha: 0.25,
      memory: 128_000_000,
      maxTokens: 99,
      sampling: { temperature: 0.5, topK: 40, topP: 0.9, minP: 0.05, repetitionPenalty: 1.1 },
      seed: 7,
      hold: 'tokens',
      observe: true,
      generator: resolve('g.gguf'),
      reward: 'likelihood',
      judge: resolve('second'),
      device: 'cpu',
      form: 'int8',
    });
  });

  it('name models by where they lie, so that a stored run finds them from anywhere', () => {
    expect(read('--reward', 'models/judge').reward).toBe(resolve('models/judge'));
    expect(read('--reward', 'likelihood').reward).toBe('likelihood');
    expect(read('--judge', 'likelihood').judge).toBe('likelihood');
  });

  it('take the strategies with spaces between them', () => {
    expect(read('--strategies', 'best-of-n, greedy').strategies).toEqual(['best-of-n', 'greedy']);
  });

  it.each([
    ['128MB', 128_000_000],
    ['1.5GB', 1_500_000_000],
    ['64MiB', 67_108_864],
    ['4096', 4096],
    ['auto', 'auto'],
  ])('read %s as memory', (text, bytes) => {
    expect(readMemory(text)).toBe(bytes);
  });

  it.each([
    [['--candidates', '0'], '--candidates'],
    [['--candidates', '99999999999999999'], '--candidates: must be at most 4096'],
    [['--memory', '9999999TB'], `--memory: must be at most ${2 ** 50}`],
    [['--generator', ''], '--generator: a value is missing'],
    [['--reward', ''], '--reward: a value is missing'],
    [['--judge', ''], '--judge: a value is missing'],
    [['--form', 'int4'], '--form'],
    [['--candidates', 'many'], '--candidates'],
    [['--candidates', '1e9'], '--candidates'],
    [['--candidates', '2.5'], '--candidates'],
    [['--alpha', '1'], '--alpha: must be at most 0.95, not 1'],
    [['--alpha=-0.1'], '--alpha: must be at least 0'],
    [['--alpha', ''], '--alpha'],
    [['--memory', '12 parsecs'], '--memory'],
    [['--memory', '0'], '--memory'],
    [['--max-tokens', '0'], '--max-tokens'],
    [['--temperature=-1'], '--temperature'],
    [['--temperature', 'NaN'], '--temperature'],
    [['--top-p', '0'], '--top-p'],
    [['--top-p', '1.01'], '--top-p'],
    [['--min-p', '1'], '--min-p'],
    [['--repetition-penalty', '0'], '--repetition-penalty'],
    [['--seed', '1.5'], '--seed'],
    [['--seed', '99999999999999999999'], '--seed'],
    [['--hold', 'breath'], '--hold: must be one of candidates, memory, tokens, time, not "breath"'],
    [['--strategies', 'best-of-n,best-of-n'], 'each strategy at most once'],
    [['--strategies', ''], '--strategies'],
    [['--device', 'abacus'], '--device'],
    [['--frobnicate'], 'frobnicate'],
    [['--seed'], 'seed'],
  ])('refuse %j with a sentence that names the fault', (words, part) => {
    expect(() => read(...words)).toThrowError(expect.objectContaining({ code: 'usage' }) as Error);
    expect(() => read(...words)).toThrowError(part);
  });
});

describe('the help', () => {
  it.each([
    ...Object.keys(runOptions),
    ...Object.keys(commonOptions).filter((name) => name !== 'help'),
  ])('explains --%s', (option) => {
    expect(helpText).toContain(`--${option}`);
  });
});
