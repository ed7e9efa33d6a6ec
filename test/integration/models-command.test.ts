import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelCheck } from '../../src-main/contract/engine.ts';
import type { ModelSpeed } from '../../src-main/contract/model-speed.ts';
import type { StoppableEngine } from '../../src-main/core/engine.ts';
import { memoryAlone } from '../../src-main/domain/memory-need.ts';
import { say } from '../helpers/command-line.ts';
import { makeWorkplace, realEngine, type Workplace } from '../helpers/whole-application.ts';

let workplace: Workplace;
let engine: StoppableEngine;
beforeAll(async () => {
  workplace = await makeWorkplace();
  engine = realEngine();
});
afterAll(() => {
  engine.close();
  workplace.remove();
});

const winnow = (words: string[], signal?: AbortSignal) =>
  say(workplace, words, signal === undefined ? { engine } : { engine, signal });

describe('models check', () => {
  it('says what a generator is, what it needs and how fast it is, really measured', async () => {
    const { code, out, err } = await winnow(['models', 'check', workplace.generator]);
    expect(code).toBe(0);
    expect(out).toMatch(/^Model +Tiny random model$/m);
    expect(out).toMatch(/^Memory +about [\d.]+ MB with 1 answer, [\d.]+ MB with 64 \(of 200/m);
    expect(out).toMatch(/^Device +cpu$/m);
    expect(out).toMatch(/^Compiled +yes, at its first use: as fp32, [\d.]+ [kM]B on the disk$/m);
    expect(out).toMatch(/^Speed +[\d,]+ tokens a second on cpu, 16 answers at once$/m);
    expect(out).toMatch(/Winnow can use this model\.$/m);
    expect(err).toBe('Loading the model\nMeasuring for five seconds\n');
  });

  it('tells the same as one JSON document, and does not load the model where it is told not to', async () => {
    const words = ['models', 'check', workplace.generator, '--json', '--no-measure'];
    const { code, out, err } = await winnow(words);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const check = JSON.parse(out) as ModelCheck & { speed: ModelSpeed | null };
    expect(check).toMatchObject({ form: 'fp32', device: 'cpu', speed: null, speedProblem: null });
    expect(check.preparedBytes).toBeGreaterThan(50_000);
    const { memory } = check;
    if (memory === null) throw new Error('no memory was told');
    expect(memoryAlone(memory, 4000, 200).bytes).toBeGreaterThan(memoryAlone(memory, 1, 200).bytes);
  });

  it('knows what a reward model needs', async () => {
    const { code, out } = await winnow(['models', 'check', workplace.reward, '--no-measure']);
    expect(code).toBe(0);
    expect(out).toMatch(/^Memory +about [\d.]+ MB, Winnow included$/m);
    expect(out).not.toMatch(/^(Compiled|Cache|Speed)/m);
  });

  it('measures nothing where the model cannot be used', async () => {
    const { code, out, err } = await winnow([
      'models',
      'check',
      join(workplace.reward, 'config.json'),
    ]);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toMatch(/Winnow cannot use this model\./);
  });

  it('is stopped by the person', async () => {
    const controller = new AbortController();
    const said = winnow(['models', 'check', workplace.generator], controller.signal);
    controller.abort();
    expect((await said).code).toBe(130);
  });
});

describe('models prepared', () => {
  const prepared = () => join(workplace.folder, 'prepared');

  it('lists what lies prepared, and clears it', async () => {
    await engine.loadGenerator({
      path: workplace.generator,
      device: 'cpu',
      preparedFolder: prepared(),
    });
    const listed = await winnow(['models', 'prepared']);
    expect(listed.out).toMatch(/^Tiny random model +fp32 +[\d.]+ [kM]B +in use$/m);
    expect(listed.out).toMatch(/in all\. Each is made again when it is needed\./);
    const kept = await winnow(['models', 'prepared', '--clear']);
    expect(kept.out).toMatch(/^Nothing was freed\.\n1 is loaded by a running Winnow/);
    engine.close();
    engine = realEngine();
    const cleared = await winnow(['models', 'prepared', '--clear', '--json']);
    const { prepared: left, freedBytes } = JSON.parse(cleared.out) as {
      prepared: unknown[];
      freedBytes: number;
    };
    expect(left).toEqual([]);
    expect(freedBytes).toBeGreaterThan(50_000);
    expect(await readdir(prepared())).toEqual([]);
    expect((await winnow(['models', 'prepared'])).out).toBe('No model lies prepared.\n');
    expect((await readFile(workplace.generator)).length).toBeGreaterThan(0);
  });
});
