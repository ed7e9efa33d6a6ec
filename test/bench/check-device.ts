/**
 * `npm run check:device`: the full self-test and benchmark of a device, for whoever has a machine that we have not. It
 * prints what to paste into an issue. Every step runs in an engine process, so that a driver's crash is a line, too.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { composeCore } from '../../src-main/composition.ts';
import { deviceNames, type DeviceName } from '../../src-main/contract/engine.ts';
import { WinnowError } from '../../src-main/contract/errors.ts';
import { defaultSettings } from '../../src-main/contract/settings.ts';
import { dataFolder } from '../../src-main/core/data-folder.ts';
import type { StoppableEngine } from '../../src-main/core/engine.ts';
import { chooseDevices, writesTheSame } from '../../src-main/domain/device-choice.ts';
import { forkedEngine } from '../../src-main/host/engine-channel.ts';
import { createEngineHost } from '../../src-main/host/engine-host.ts';
import { builtInModels, deviceVersions } from '../../src-main/surroundings.ts';

const engineEntry = fileURLToPath(new URL('../../src-main/engine.ts', import.meta.url));

const usage = `npm run check:device -- [--device ${deviceNames.join('|')}] [--generator PATH] [--reward PATH] [--tokens 64] [--n 1,16,64]`;

/** Ends with the way to say it where something else was said. */
function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        device: { type: 'string' },
        generator: { type: 'string' },
        reward: { type: 'string' },
        tokens: { type: 'string', default: '64' },
        n: { type: 'string', default: '1,16,64' },
        help: { type: 'boolean', default: false },
      },
    });
    const isKnown =
      values.device === undefined || deviceNames.some((name) => name === values.device);
    if (!values.help && isKnown) return values;
    process.stdout.write(`${isKnown ? '' : `There is no device "${values.device}".\n`}${usage}\n`);
    process.exit(isKnown ? 0 : 2);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
    process.exit(2);
  }
}

const values = readOptions();

const models = {
  generator: values.generator ?? builtInModels().generator,
  reward: values.reward ?? builtInModels().reward,
};
const tokens = Number(values.tokens);
const numbers = values.n.split(',').map(Number);
const folder = mkdtempSync(join(tmpdir(), 'winnow-check-device-'));
const preparedFolder = join(folder, 'prepared');
const prompt = 'Why is the sky blue?';
let failures = 0;

function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Runs one step in a process of its own, and says how it went. */
async function step(
  name: string,
  work: (engine: StoppableEngine) => Promise<string>,
): Promise<void> {
  const engine = createEngineHost(forkedEngine(engineEntry));
  try {
    say(`| ${name} | ${await work(engine)} |`);
  } catch (error) {
    failures += 1;
    const told = error instanceof Error ? error.message : String(error);
    const cause = error instanceof WinnowError ? error.details.cause : undefined;
    say(`| ${name} | **failed**: ${told}${cause === undefined ? '' : ` (${String(cause)})`} |`);
  } finally {
    engine.close();
  }
}

/** Which devices to check: the one that was named, else every card that works here, else the processor. */
async function devicesToCheck(): Promise<DeviceName[]> {
  const named = deviceNames.find((name) => name === values.device);
  const engine = createEngineHost(forkedEngine(engineEntry));
  const list = await engine.devices().finally(() => engine.close());
  for (const { name, usable, reason } of list) {
    say(`- ${name}: ${usable ? 'usable' : 'not here'}. ${reason}`);
  }
  say();
  if (named !== undefined) {
    const isUsable = list.some(({ name, usable }) => name === named && usable);
    // Said above, with the reason.
    if (!isUsable) failures += 1;
    return isUsable ? [named] : [];
  }
  const cards = list.flatMap(({ name, usable }) => (usable && name !== 'cpu' ? [name] : []));
  if (cards.length > 0) return cards;
  say('No graphics card can be used here, so the processor is checked: that takes some minutes.');
  say();
  return ['cpu'];
}

async function selfTest(engine: StoppableEngine, device: DeviceName): Promise<string> {
  const request = { ...models, preparedFolder };
  const processor = await engine.tryDevice({ ...request, device: 'cpu' });
  const trial = await engine.tryDevice({ ...request, device });
  if (!writesTheSame(trial, processor))
    throw new Error('it writes something else than the processor');
  const [greedy, expected] = [trial, processor].map(({ answers }) => answers[0]?.tokens.join(' '));
  const isGreedySame = greedy === expected;
  const { generator, reward } = chooseDevices(processor, [{ device, trial }]);
  return [
    isGreedySame
      ? 'greedy tokens as on the processor'
      : 'greedy tokens part where two are as likely',
    trial.rewards === null ? 'no reward model on this device' : 'rewards measured',
    `"auto" would take ${generator} to write and ${reward} to score`,
  ].join('; ');
}

async function load(engine: StoppableEngine, device: DeviceName): Promise<void> {
  const facts = await engine.loadGenerator({ path: models.generator, device, preparedFolder });
  if (facts.device !== device) throw new Error(facts.notices?.join(' ') ?? 'it runs elsewhere');
  await engine.loadReward({ path: 'likelihood', device, preparedFolder });
}

async function write(
  engine: StoppableEngine,
  candidates: number[],
  maxTokens: number,
): Promise<{ tokens: Map<number, string>; perSecond: number }> {
  const { sampling } = defaultSettings;
  await engine.beginLane({ prompt, seed: 1, sampling, maxTokens, logProbabilities: false });
  await engine.start(candidates);
  const written = new Map<number, number[]>(candidates.map((index) => [index, []]));
  const began = performance.now();
  for (let live = candidates.length; live > 0;) {
    const advanced = await engine.advance(16);
    live = advanced.live.length;
    for (const { index, tokens: more } of advanced.candidates) written.get(index)?.push(...more);
  }
  const seconds = (performance.now() - began) / 1000;
  await engine.endLane();
  const count = [...written.values()].reduce((sum, one) => sum + one.length, 0);
  return {
    tokens: new Map([...written].map(([index, ids]) => [index, ids.join(' ')])),
    perSecond: count / seconds,
  };
}

async function company(engine: StoppableEngine, device: DeviceName): Promise<string> {
  await load(engine, device);
  const all = Array.from({ length: 64 }, (_, index) => index);
  const among64 = await write(engine, all, 32);
  const seven = all.slice(10, 17);
  const among7 = await write(engine, seven, 32);
  const same = seven.filter((index) => among7.tokens.get(index) === among64.tokens.get(index));
  const alone = await write(engine, [12], 32);
  const isAloneSame = alone.tokens.get(12) === among64.tokens.get(12);
  return `${same.length} of 7 the same among 7 and among 64; alone ${isAloneSame ? 'the same' : 'another'}`;
}

async function speed(engine: StoppableEngine, device: DeviceName): Promise<string> {
  await load(engine, device);
  const figures: string[] = [];
  for (const count of numbers) {
    const candidates = Array.from({ length: count }, (_, index) => index);
    // The first run of a shape makes buffers and programs.
    await write(engine, candidates, 4);
    const { perSecond } = await write(engine, candidates, tokens);
    figures.push(`N = ${count}: ${perSecond.toFixed(1)}`);
  }
  return figures.join(' · ');
}

async function comparison(device: DeviceName): Promise<string> {
  const data = dataFolder({
    platform: process.platform,
    environment: { WINNOW_DATA: folder },
    home: folder,
  });
  const application = composeCore(forkedEngine(engineEntry), data);
  try {
    const settings = { ...defaultSettings, ...models, device, candidates: 8, maxTokens: 48 };
    const signal = new AbortController().signal;
    const run = await application.compare({ prompt, settings }, () => undefined, signal);
    const { generator, reward, status } = run;
    if (generator.device !== device) throw new Error('it ended on another device');
    return `${status}; wrote on ${generator.device}, scored on ${reward.device}`;
  } finally {
    await application.close();
  }
}

try {
  say('Paste everything from here on into an issue.');
  say();
  say(`Winnow, onnxruntime, system: ${deviceVersions()}`);
  say(
    `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${(totalmem() / 1e9).toFixed(0)} GB; ${release()}`,
  );
  say();
  for (const device of await devicesToCheck()) {
    say(`## ${device}`);
    say();
    say('| what | result |');
    say('| --- | --- |');
    await step('self-test', (engine) => selfTest(engine, device));
    await step('company', (engine) => company(engine, device));
    await step('a comparison', () => comparison(device));
    await step(`tokens/s, ${tokens} tokens`, (engine) => speed(engine, device));
    if (device !== 'cpu') await step('the same on the processor', (engine) => speed(engine, 'cpu'));
    say();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures > 0 ? 1 : 0;
