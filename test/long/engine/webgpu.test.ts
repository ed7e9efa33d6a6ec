import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Advanced } from '../../../src-main/contract/engine.ts';
import type { StoppableEngine } from '../../../src-main/core/engine.ts';
import { startWinnow } from '../../helpers/command-line.ts';
import { unpackSwiftShader, type SwiftShader } from '../../helpers/swift-shader.ts';
import { laneRequest, plainSampling, temporaryFolder } from '../../helpers/tiny-generator.ts';
import {
  makeWorkplace,
  openWhole,
  realEngine,
  tinySettings,
  type Workplace,
} from '../../helpers/whole-application.ts';

const shader: SwiftShader | null = await unpackSwiftShader();
const before = { ...process.env };
let workplace: Workplace;

beforeAll(async () => {
  // The processes that are started from here see the card.
  Object.assign(process.env, shader?.environment);
  workplace = await makeWorkplace();
});
afterAll(async () => {
  process.env = before;
  workplace.remove();
  await shader?.remove();
});

describe.skipIf(shader === null)('WebGPU, on a card in software', () => {
  it('begins a comparison anew on the processor when the card is lost in its middle', async () => {
    const whole = await openWhole(workplace, 'lost.db');
    const settings = tinySettings(workplace, { device: 'webgpu', candidates: 4 });
    let killed = false;
    const run = await whole.compare(settings, {
      listener: (progress) => {
        if (killed || progress.type !== 'lane-event' || progress.event.type !== 'advanced') return;
        killed = true;
        // As a driver that crashes does.
        process.kill(whole.engine.pid ?? NaN, 'SIGSEGV');
      },
    });
    expect(run).toMatchObject({ status: 'done', generator: { device: 'cpu' } });
    expect(run.reward.device).toBe('cpu');
    const notices = run.lanes.flatMap(({ events }) =>
      events.flatMap((event) => (event.type === 'notice' ? [event.code] : [])),
    );
    expect(notices).toContain('device');
    const [, first] = await whole.application.history(2);
    expect(first?.status).toBe('interrupted');
    whole.close();
  });

  it('writes the same bits among 7 and among 64, and alone the same tokens', async () => {
    const engine = realEngine();
    const preparedFolder = `${workplace.folder}/prepared`;
    const { device } = await engine.loadGenerator({
      path: workplace.generator,
      device: 'webgpu',
      preparedFolder,
    });
    expect(device).toBe('webgpu');
    await engine.loadReward({ path: 'likelihood', device, preparedFolder });
    const all = Array.from({ length: 64 }, (_, index) => index);
    const among64 = await answersOf(engine, all);
    const among7 = await answersOf(engine, all.slice(10, 17));
    expect(among7.get(12)).toEqual(among64.get(12));
    // A single row is multiplied by another kernel there, with other last bits.
    const alone = (await answersOf(engine, [12])).get(12);
    expect(alone?.tokens).toEqual(among64.get(12)?.tokens);
    for (const [place, value] of alone?.logProbabilities.entries() ?? []) {
      expect(value).toBeCloseTo(among64.get(12)?.logProbabilities[place] ?? NaN, 4);
    }
    engine.close();
  });

  it('is tried once by auto, which takes the processor, since a card in software is slower', async () => {
    const { generator, reward, folder } = workplace;
    const words = [
      ...['compare', 'Tell me about rain, please.', '--json', '--candidates', '2'],
      ...['--max-tokens', '8', '--generator', generator, '--reward', reward],
    ];
    const findings = join(folder, 'data', 'devices.json');
    const { code, err } = await startWinnow(workplace, words).ended;
    expect(code, err).toBe(0);
    const found = JSON.parse(readFileSync(findings, 'utf8')) as {
      usable: string[];
      choices: Record<string, object>;
    };
    expect(found.usable).toEqual(['cpu', 'webgpu']);
    expect(Object.values(found.choices)).toEqual([{ generator: 'cpu', reward: 'cpu' }]);
    const { mtimeMs } = statSync(findings);
    await startWinnow(workplace, words).ended;
    expect(statSync(findings).mtimeMs).toBe(mtimeMs);
  });

  it('copies no more for a step late in an answer than for an early one', async () => {
    const [few, many] = [await profileOf(4), await profileOf(44)];
    const perStep = (many.copies - few.copies) / 40;
    expect(perStep).toBeLessThanOrEqual(8);
    // Tokens, and which group of tokens was hit: a few numbers for each row, nothing of the cache.
    expect((many.bytes - few.bytes) / 40).toBeLessThan(16 * 2048);
    expect(many.largest).toBeLessThan(many.cacheBytes / 4);
    expect(many.largest).toBe(few.largest);
  });
});

async function answersOf(
  engine: StoppableEngine,
  candidates: number[],
): Promise<Map<number, Advanced['candidates'][number]>> {
  await engine.beginLane(laneRequest({ sampling: plainSampling, maxTokens: 24 }));
  await engine.start(candidates);
  const { candidates: written } = await engine.advance(24);
  await engine.endLane();
  return new Map(written.map((candidate) => [candidate.index, candidate]));
}

interface CopyProfile {
  cacheBytes: number;
  copies: number;
  largest: number;
  bytes: number;
}

/** What is copied between card and processor while so many steps are written. */
async function profileOf(steps: number): Promise<CopyProfile> {
  const { folder, remove } = await temporaryFolder();
  const script = fileURLToPath(new URL('../../helpers/profile-copies.ts', import.meta.url));
  const said = execFileSync(process.execPath, [script, folder, String(steps)], {
    encoding: 'utf8',
  });
  await remove();
  return JSON.parse(said) as CopyProfile;
}
