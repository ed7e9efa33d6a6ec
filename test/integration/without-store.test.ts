import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoppableEngine } from '../../src-main/core/engine.ts';
import { say } from '../helpers/command-line.ts';
import { makeWorkplace, realEngine, type Workplace } from '../helpers/whole-application.ts';

let workplace: Workplace;
let engine: StoppableEngine;
let damaged: string;

beforeAll(async () => {
  workplace = await makeWorkplace();
  engine = realEngine();
  damaged = join(workplace.folder, 'damaged.db');
  writeFileSync(damaged, 'this is no database '.repeat(100));
});
afterAll(() => {
  engine.close();
  workplace.remove();
});

describe('with a database that cannot be opened', () => {
  it.each([
    ['devices', () => ['devices']],
    ['models check', () => ['models', 'check', workplace.generator, '--no-measure']],
  ])('%s works', async (_name, words) => {
    expect(await say(workplace, [...words(), '--db', damaged], { engine })).toMatchObject({
      code: 0,
      err: '',
    });
  });

  it.each([
    ['history', () => ['history']],
    ['compare', () => ['compare', 'hello', '--candidates', '2']],
  ])('%s says what is wrong', async (_name, words) => {
    const { code, err } = await say(workplace, [...words(), '--db', damaged], { engine });
    expect(code).toBe(1);
    expect(err).toContain('damaged');
  });
});
