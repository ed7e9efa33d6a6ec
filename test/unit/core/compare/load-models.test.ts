import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../../src-main/contract/settings.ts';
import { devicesFor } from '../../../../src-main/core/compare/load-models.ts';
import type { StoppableEngine } from '../../../../src-main/core/engine.ts';

const settings = { ...defaultSettings, generator: 'a.gguf', reward: 'reward', judge: 'judge' };

/** The devices where a card is the best for the two models that were tried. */
function devices(device: typeof settings.device, hasChooser = true) {
  const parts = {
    engine: {} as StoppableEngine,
    preparedFolder: 'prepared',
    ...(hasChooser && {
      chooseDevice: () => Promise.resolve({ generator: 'webgpu', reward: 'webgpu' } as const),
    }),
  };
  return devicesFor(parts, { ...settings, device }, () => undefined, new AbortController().signal);
}

describe('the devices of a comparison', () => {
  it('are the best for the models that were tried, and the processor for a judge, which was not', async () => {
    expect(await devices('auto')).toEqual({ generator: 'webgpu', reward: 'webgpu', judge: 'cpu' });
  });

  it('are the one that is named, for all', async () => {
    expect(await devices('cuda')).toEqual({ generator: 'cuda', reward: 'cuda', judge: 'cuda' });
  });

  it('are the processor where there is no card', async () => {
    expect(await devices('auto', false)).toEqual({ generator: 'cpu', reward: 'cpu', judge: 'cpu' });
  });
});
