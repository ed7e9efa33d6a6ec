import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeFilesIn } from '../../resources/packaging/after-pack.ts';
import { collectLicences } from '../../resources/packaging/licences.ts';
import { nativesOf, wholePackages, type Target } from '../../resources/packaging/targets.ts';
import type { LicenceEntry } from '../../src-main/contract/methods.ts';
import { forkedEngine } from '../../src-main/host/engine-channel.ts';
import { createEngineHost } from '../../src-main/host/engine-host.ts';
import type * as Surroundings from '../../src-main/surroundings.ts';
import {
  bytesUnder,
  filesInAsar,
  makePackingPlace,
  pack,
  unpackedOf,
  type PackingPlace,
} from '../helpers/packed-tree.ts';
import { PageClient } from '../helpers/page-client.ts';
import { writeTinyGguf } from '../helpers/tiny-gguf.ts';
import { writeTinyRewardModel } from '../helpers/tiny-reward-model.ts';
import { startUtilityThread } from '../helpers/utility-process.ts';

const megabyte = 1_000_000;
// A package takes the Node of the machine that builds it along, so this is for Linux on Linux.
const isLinux = process.platform === 'linux';
const linux: Target = {
  platform: 'linux',
  architecture: process.arch === 'arm64' ? 'arm64' : 'x64',
};
let place: PackingPlace;
let tree: string;
let resources: string;
let files: string[];

beforeAll(() => {
  if (!isLinux) return;
  place = makePackingPlace();
  // Somewhere else than where it was packed: nothing in it may remember that.
  tree = join(place.folder, 'moved');
  renameSync(pack(place, linux), tree);
  resources = join(tree, 'resources');
  files = filesInAsar(join(resources, 'app.asar'));
});
afterAll(() => {
  if (isLinux) place.remove();
});

const topLevel = (paths: string[]): string[] =>
  [...new Set(paths.map((path) => path.split('/')[0] ?? ''))].sort();
const below = (start: string): string[] =>
  files.filter((path) => path.startsWith(start)).map((path) => path.slice(start.length));

describe.runIf(isLinux)('the packed tree for Linux', () => {
  it('holds Electron, the archive, and what ships beside it', () => {
    expect(readdirSync(resources).sort()).toEqual([
      'LICENSE',
      'app.asar',
      'app.asar.unpacked',
      'licences.json',
      'models',
      'node',
      'sample',
    ]);
    expect(readdirSync(join(resources, 'node'))).toEqual(['node']);
    expect(readdirSync(join(tree, 'locales'))).toEqual(['en-US.pak']);
  });

  it('holds the build and the packages that cannot be bundled, nothing else', () => {
    expect(topLevel(files)).toEqual(['node_modules', 'out', 'package.json']);
    expect(topLevel(below('out/'))).toEqual(['main', 'preload', 'renderer']);
    expect(topLevel(below('node_modules/'))).toEqual(wholePackages);
    const strangers = files.filter((path) =>
      /\.(ts|svelte|map|md|[ch]pp|gyp)$|(^|\/)(deps|src|tests?|script)\//.test(path),
    );
    expect(strangers).toEqual([]);
  });

  it('leaves out the command line and the served application, which belong to a clone', () => {
    const entries = below('out/main/').filter((path) => !path.includes('/'));
    expect(entries.sort()).toEqual(['core.js', 'engine.js', 'index.js', 'template-process.js']);
  });

  it('has the code of its processes as real files, which any Node can read', () => {
    const entries = readdirSync(join(unpackedOf(tree), 'out/main')).sort();
    expect(entries).toEqual(['chunks', 'core.js', 'engine.js', 'template-process.js']);
  });

  it('holds the natives of its own target and no others, as real files', () => {
    expect(nativeFilesIn(unpackedOf(tree))).toEqual(nativesOf(linux).sort());
    expect(files.filter((path) => path.endsWith('.node'))).toHaveLength(2);
  });

  it('is under 60 MB beside Electron, the models and the plain Node', () => {
    const sizes = {
      code: ['app.asar', 'app.asar.unpacked', 'licences.json', 'sample', 'LICENSE'],
      models: ['models'],
      node: ['node'],
    };
    const total = (names: string[]): number =>
      names.reduce((sum, name) => sum + bytesUnder(join(resources, name)), 0);
    const say = (names: string[]): string => `${(total(names) / megabyte).toFixed(1)} MB`;
    console.info(
      `packed for Linux ${linux.architecture}: ${say(sizes.code)}; apart: models ${say(sizes.models)}, plain Node ${say(sizes.node)}`,
    );
    expect(total(sizes.code)).toBeLessThan(60 * megabyte);
  });

  it('finds its models, its licences and its version from its own code', async () => {
    const copy = join(unpackedOf(tree), 'out/main/chunks/surroundings.ts');
    copyFileSync(join(import.meta.dirname, '../../src-main/surroundings.ts'), copy);
    const surroundings = (await import(pathToFileURL(copy).href)) as typeof Surroundings;
    rmSync(copy);
    expect(surroundings.builtInModels().reward).toBe(
      join(resources, 'models/winnow-reward-minilm'),
    );
    expect(surroundings.inResources('licences.json')).toBe(join(resources, 'licences.json'));
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(surroundings.appVersion()).toBe(version);
  });

  it('names every package in it with its licence (else: npm run licences)', () => {
    const listed = JSON.parse(
      readFileSync(join(resources, 'licences.json'), 'utf8'),
    ) as LicenceEntry[];
    const shipped = collectLicences(place.built);
    const named = ({ name, version }: LicenceEntry): string => `${name} ${version}`;
    expect(listed.map(named)).toEqual(shipped.map(named));
    expect(listed).toEqual(shipped);
  });
});

describe.runIf(isLinux)('the packed code under the packed Node', () => {
  const sampling = { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };
  const node = (): string => join(resources, 'node/node');
  const startEngine = () =>
    createEngineHost(forkedEngine(join(unpackedOf(tree), 'out/main/engine.js'), node()));

  it('opens a database', () => {
    const program = "console.log(new (require('better-sqlite3'))(':memory:').open)";
    const said = execFileSync(node(), ['-e', program], { cwd: unpackedOf(tree), encoding: 'utf8' });
    expect(said.trim()).toBe('true');
  });

  it('runs an engine that lists devices, writes tokens and scores them', async () => {
    const engine = startEngine();
    try {
      const devices = await engine.devices();
      expect(devices.find(({ name }) => name === 'cpu')?.usable).toBe(true);

      const path = await writeTinyGguf(join(place.folder, 'tiny'));
      const preparedFolder = join(place.folder, 'prepared');
      await engine.loadGenerator({ path, device: 'cpu', preparedFolder });
      const reward = await writeTinyRewardModel(join(place.folder, 'tiny-reward'));
      await engine.loadReward({ path: reward, device: 'cpu', preparedFolder });
      await engine.beginLane({
        prompt: 'Tell me about rain.',
        seed: 1,
        sampling,
        maxTokens: 8,
        logProbabilities: false,
      });
      await engine.start([0, 1]);
      const { candidates } = await engine.advance(4);
      expect(candidates.map(({ tokens }) => tokens.length)).toEqual([4, 4]);
      const { scores } = await engine.score([{ index: 0 }, { index: 1 }]);
      expect(scores.map(({ reward: value }) => Number.isFinite(value))).toEqual([true, true]);
    } finally {
      engine.close();
    }
  });

  it('runs the core as the window starts it, which finds what ships and its engine', async () => {
    const core = startUtilityThread(join(unpackedOf(tree), 'out/main/core.js'), {
      ...process.env,
      WINNOW_DATA: join(place.folder, 'data'),
      WINNOW_NODE: node(),
    });
    const { port1, port2 } = new MessageChannel();
    core.tell({ type: 'page' }, port1);
    const page = new PageClient({
      send: (message) => port2.postMessage(message),
      onMessage: (listener) => void port2.on('message', listener),
      leave: () => Promise.resolve(port2.close()),
    });
    const methods = ['app.facts', 'app.licences', 'sample.get', 'runs.list', 'devices.list'];
    for (const method of methods) {
      expect(await page.call(method, method === 'runs.list' ? { limit: 1 } : {})).toHaveProperty(
        'value',
      );
    }
    core.tell({ type: 'close' });
    expect(await core.ended).toBe(0);
  });

  it('runs no engine without the chunks beside it', async () => {
    const chunks = join(unpackedOf(tree), 'out/main/chunks');
    const away = join(place.folder, 'chunks');
    renameSync(chunks, away);
    const engine = startEngine();
    try {
      await expect(engine.devices()).rejects.toMatchObject({ code: 'engine-died' });
    } finally {
      engine.close();
      renameSync(away, chunks);
    }
  });
});
