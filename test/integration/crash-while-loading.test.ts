import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forkedEngine } from '../../src-main/host/engine-channel.ts';
import { createEngineHost } from '../../src-main/host/engine-host.ts';
import {
  makeWorkplace,
  openWhole,
  tinySettings,
  type WholeApplication,
  type Workplace,
} from '../helpers/whole-application.ts';

const crashingEntry = fileURLToPath(new URL('../helpers/crashing-engine.ts', import.meta.url));

let workplace: Workplace;
let whole: WholeApplication;
beforeAll(async () => {
  workplace = await makeWorkplace();
  const engine = createEngineHost(forkedEngine(crashingEntry));
  whole = await openWhole(workplace, 'crashes.db', engine, {
    chooseDevice: () => Promise.resolve({ generator: 'webgpu', reward: 'webgpu' }),
  });
});
afterAll(() => {
  whole.close();
  workplace.remove();
});

describe('a driver that takes the engine along while models are loaded', () => {
  it.each(['webgpu', 'auto'] as const)(
    'leads to the processor where the device was "%s", with a notice',
    async (device) => {
      const settings = tinySettings(workplace, { candidates: 3, maxTokens: 8, device });
      const run = await whole.compare(settings);
      expect(run).toMatchObject({
        status: 'done',
        generator: { device: 'cpu' },
        reward: { device: 'cpu' },
      });
      expect(run.lanes[0]?.events).toContainEqual(
        expect.objectContaining({
          code: 'device',
          message: expect.stringContaining('while the models were loaded') as string,
        }),
      );
    },
  );
});
