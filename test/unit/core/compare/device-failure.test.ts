import { describe, expect, it } from 'vitest';
import type {
  DeviceName,
  GeneratorFacts,
  RewardFacts,
} from '../../../../src-main/contract/engine.ts';
import { WinnowError, type ErrorCode } from '../../../../src-main/contract/errors.ts';
import {
  afterCrashWhileLoading,
  afterDeviceFailure,
  deviceNotices,
} from '../../../../src-main/core/compare/device-failure.ts';

const failure = (code: ErrorCode) => new WinnowError(code, 'It failed.', 'Try again.');

function models(generator: DeviceName, reward: DeviceName) {
  return {
    generator: { device: generator } as GeneratorFacts,
    reward: { device: reward } as RewardFacts,
    judge: null,
  };
}

describe('a comparison whose device fails in its middle', () => {
  it.each<[string, ErrorCode, DeviceName, DeviceName]>([
    ['the card of the generator is lost', 'device-failed', 'webgpu', 'cpu'],
    ['the card of the reward model is lost', 'device-failed', 'cpu', 'cuda'],
    ['a driver takes the engine along', 'engine-died', 'dml', 'dml'],
  ])('begins anew on the processor where %s', (_what, code, generator, reward) => {
    const other = afterDeviceFailure(failure(code), models(generator, reward));
    expect(other?.devices).toEqual({ generator: 'cpu', reward: 'cpu', judge: 'cpu' });
    expect(other?.notice.message).toContain('processor');
  });

  it.each<[string, unknown, DeviceName]>([
    ['on the processor an engine died', failure('engine-died'), 'cpu'],
    ['a person stopped it', failure('cancelled'), 'webgpu'],
    ['something else went wrong', new TypeError('no'), 'webgpu'],
  ])('ends where %s', (_what, error, device) => {
    expect(afterDeviceFailure(error, models(device, device))).toBeNull();
  });
});

describe('an engine that dies while models are loaded', () => {
  it('leads to the processor only where a model was to run on a card', () => {
    const died = failure('engine-died');
    const onCard = { generator: 'webgpu', reward: 'cpu', judge: 'cpu' } as const;
    const processor = { generator: 'cpu', reward: 'cpu', judge: 'cpu' } as const;
    expect(afterCrashWhileLoading(died, onCard)?.devices).toEqual(processor);
    expect(afterCrashWhileLoading(died, processor)).toBeNull();
    expect(afterCrashWhileLoading(failure('model-damaged'), onCard)).toBeNull();
  });
});

it('what several models have to tell is told once', () => {
  const notices = ['It runs on the processor instead.'];
  expect(deviceNotices([{ notices }, { notices }, null, {}])).toEqual([
    { code: 'device', message: notices[0] },
  ]);
});
