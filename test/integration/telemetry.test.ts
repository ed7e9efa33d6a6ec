import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { forkedEngine } from '../../src-main/host/engine-channel.ts';
import { createEngineHost } from '../../src-main/host/engine-host.ts';
import { writeTinyGguf } from '../helpers/tiny-gguf.ts';

const engineEntry = fileURLToPath(new URL('../../src-main/engine.ts', import.meta.url));
const { HOME: home, XDG_CACHE_HOME: cache } = process.env;

describe('the engine', () => {
  afterEach(() => {
    process.env['HOME'] = home;
    if (cache !== undefined) process.env['XDG_CACHE_HOME'] = cache;
  });

  it('gathers no usage data: onnxruntime would keep it in the home folder until it is sent', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'winnow-telemetry-'));
    process.env['HOME'] = folder;
    delete process.env['XDG_CACHE_HOME'];
    const path = await writeTinyGguf(join(folder, 'models'));
    const host = createEngineHost(forkedEngine(engineEntry));
    try {
      const preparedFolder = join(folder, 'prepared');
      await host.loadGenerator({ path, device: 'cpu', preparedFolder });
      await host.loadReward({ path: 'likelihood', device: 'cpu', preparedFolder });
    } finally {
      host.close();
    }
    expect(existsSync(join(folder, '.cache'))).toBe(false);
    expect(readdirSync(folder).sort()).toEqual(['models', 'prepared']);
  });
});
