import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { DeviceName } from '../../../../src-main/contract/engine.ts';
import { choiceKey, type ModelsToChooseFor } from '../../../../src-main/core/devices/choice-key.ts';
import { keepFindings } from '../../../../src-main/core/devices/choices-file.ts';
import { createKnownDevice } from '../../../../src-main/core/devices/known-device.ts';
import { modelStamp } from '../../../../src-main/engine/model-stamp.ts';
import { temporaryFolder } from '../../../helpers/temporary-store.ts';

let file: string;
let generator: string;
let reward: string;
beforeEach(() => {
  const folder = temporaryFolder();
  file = join(folder, 'devices.json');
  generator = join(folder, 'model "one".gguf');
  reward = join(folder, 'reward.gguf');
  for (const path of [generator, reward]) writeFileSync(path, 'model');
});

/** What was found out for these two models on a machine with these devices. */
async function keep(usable: DeviceName[], form: ModelsToChooseFor['form'] = 'auto') {
  const key = await choiceKey(modelStamp, { generator, reward, form });
  const choices = { [key]: { generator: 'webgpu', reward: 'cuda' } as const };
  keepFindings(file, { versions: '1', usable, choices });
}

const known = (path: string, kind: 'generator' | 'reward', versions = '1') =>
  createKnownDevice({ file, versions, stamp: modelStamp })({ path, kind });

describe('the device on which a comparison would run a model', () => {
  it('is the one that was found to be the best for it', async () => {
    await keep(['cpu', 'webgpu', 'cuda']);
    expect(await known(generator, 'generator')).toBe('webgpu');
    expect(await known(reward, 'reward')).toBe('cuda');
  });

  it('is not known before a comparison, of another model, after a change, or with other versions', async () => {
    expect(await known(generator, 'generator')).toBeNull();
    await keep(['cpu', 'webgpu', 'cuda']);
    expect(await known(reward, 'generator')).toBeNull();
    expect(await known(generator, 'generator', '2')).toBeNull();
    writeFileSync(generator, 'another model');
    expect(await known(generator, 'generator')).toBeNull();
  });

  it('is not the one of a precision that somebody chose', async () => {
    await keep(['cpu', 'webgpu', 'cuda'], 'stored');
    expect(await known(generator, 'generator')).toBeNull();
    expect(await known(reward, 'reward')).toBeNull();
  });

  it('is the processor where there is nothing else', async () => {
    await keep(['cpu']);
    expect(await known(reward, 'generator')).toBe('cpu');
  });
});
