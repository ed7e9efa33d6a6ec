import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeviceTrial } from '../../../../src-main/contract/device-trial.ts';
import {
  deviceNames,
  type DeviceName,
  type LinearForm,
  type LoadProgress,
} from '../../../../src-main/contract/engine.ts';
import { WinnowError, type ErrorCode } from '../../../../src-main/contract/errors.ts';
import { modelStamp } from '../../../../src-main/engine/model-stamp.ts';
import { forgetFindings } from '../../../../src-main/core/devices/choices-file.ts';
import {
  createDeviceChooser,
  type TrialEngine,
} from '../../../../src-main/core/devices/device-chooser.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'winnow-devices-'));
  writeFileSync(join(folder, 'model.gguf'), 'model');
});
afterEach(() => rmSync(folder, { recursive: true }));

const answers = [{ tokens: [1, 2], logProbabilities: [-1, -2] }];
const speeds: Partial<Record<DeviceName, number>> = { cpu: 10, webgpu: 50 };

/** A machine with these devices; `crashes` are those whose driver takes the process along. */
function machine(usable: readonly DeviceName[], crashes: readonly DeviceName[] = []) {
  const asked: string[] = [];
  const died = new WinnowError('engine-died', 'It ended unexpectedly.', 'Try again.');
  const engine: TrialEngine = {
    devices: () => {
      asked.push('devices');
      const facts = deviceNames.map((name) => ({
        name,
        usable: usable.includes(name),
        reason: '',
      }));
      return Promise.resolve(facts);
    },
    tryDevice: ({ device }) => {
      asked.push(device);
      if (crashes.includes(device)) return Promise.reject(died);
      const tokensPerSecond = speeds[device] ?? 0;
      const trial: DeviceTrial = { form: 'fp32', answers, tokensPerSecond, rewards: [1] };
      return Promise.resolve(trial);
    },
    stop: () => Promise.resolve({ killed: false }),
  };
  return { asked, engine };
}

/** The same machine, where a device fails once, with this error. */
function failingOnce(engine: TrialEngine, failing: DeviceName, code: ErrorCode): TrialEngine {
  let hasFailed = false;
  return {
    ...engine,
    tryDevice(request) {
      if (hasFailed || request.device !== failing) return engine.tryDevice(request);
      hasFailed = true;
      return Promise.reject(new WinnowError(code, 'It failed.', 'Try again.'));
    },
  };
}

let now = 0;

function chooser(
  engine: TrialEngine,
  versions = '1',
  freeModels: () => Promise<void> = () => Promise.resolve(),
) {
  return createDeviceChooser({
    now: () => now,
    file: join(folder, 'devices.json'),
    versions,
    preparedFolder: folder,
    stamp: modelStamp,
    freeModels,
    throwAway: (question) => question(engine),
  });
}

const models = (form: LinearForm | 'auto' = 'auto') => ({
  generator: join(folder, 'model.gguf'),
  reward: 'likelihood',
  form,
});

const choose = (engine: TrialEngine, versions?: string, signal = new AbortController().signal) =>
  chooser(engine, versions)(models(), () => undefined, signal);

describe('choosing a device', () => {
  it('tries nothing where there is only the processor, and asks for devices once', async () => {
    const { asked, engine } = machine(['cpu']);
    for (let run = 0; run < 2; run++) {
      expect(await choose(engine)).toEqual({ generator: 'cpu', reward: 'cpu' });
    }
    expect(asked).toEqual(['devices']);
  });

  it('tries each device once for a pair of models, and keeps the choice', async () => {
    const { asked, engine } = machine(['cpu', 'webgpu']);
    for (let run = 0; run < 2; run++) {
      expect(await choose(engine)).toEqual({ generator: 'webgpu', reward: 'webgpu' });
    }
    expect(asked).toEqual(['devices', 'cpu', 'webgpu']);
  });

  it('has loaded models freed before the first trial, and leaves them where the choice is known', async () => {
    const { asked, engine } = machine(['cpu', 'webgpu']);
    const free = () => Promise.resolve(void asked.push('free'));
    const { signal } = new AbortController();
    for (let run = 0; run < 2; run++) {
      await chooser(engine, '1', free)(models(), () => undefined, signal);
    }
    expect(asked).toEqual(['devices', 'free', 'cpu', 'webgpu']);
  });

  it('tries the form in which the generator is to compute, and no card for one that only processors have', async () => {
    const { asked, engine } = machine(['cpu', 'webgpu']);
    const forms: unknown[] = [];
    const telling: TrialEngine = {
      ...engine,
      tryDevice(request) {
        forms.push(request.form);
        return engine.tryDevice(request);
      },
    };
    const { signal } = new AbortController();
    for (const form of ['stored', 'fp32', 'stored'] as const) {
      await chooser(telling)(models(form), () => undefined, signal);
    }
    expect(forms).toEqual(['stored', 'stored', 'fp32', 'fp32']);
    asked.length = 0;
    const choice = await chooser(telling)(models('int8'), () => undefined, signal);
    expect(choice).toEqual({ generator: 'cpu', reward: 'cpu' });
    expect(asked).toEqual([]);
  });

  it('tries again for another model, with other versions, and when it was told to forget', async () => {
    const { asked, engine } = machine(['cpu', 'webgpu']);
    await choose(engine);
    writeFileSync(join(folder, 'model.gguf'), 'another model');
    await choose(engine);
    expect(asked).toEqual(['devices', 'cpu', 'webgpu', 'cpu', 'webgpu']);
    await choose(engine, '2');
    expect(asked).toHaveLength(8);
    forgetFindings(join(folder, 'devices.json'));
    await choose(engine, '2');
    expect(asked).toHaveLength(11);
  });

  it('tries again when a file inside a model’s folder was replaced', async () => {
    const { asked, engine } = machine(['cpu', 'webgpu']);
    const generator = join(folder, 'model');
    const weights = join(generator, 'model.safetensors');
    mkdirSync(generator);
    const { signal } = new AbortController();
    for (const content of ['weights', 'other weights', 'other weights']) {
      writeFileSync(weights, content);
      utimesSync(weights, 1, 1);
      await chooser(engine)({ ...models(), generator }, () => undefined, signal);
    }
    expect(asked).toEqual(['devices', 'cpu', 'webgpu', 'cpu', 'webgpu']);
  });

  it('takes the processor where a driver crashes', async () => {
    const { engine } = machine(['cpu', 'webgpu'], ['webgpu']);
    expect(await choose(engine)).toEqual({ generator: 'cpu', reward: 'cpu' });
  });

  it('keeps nothing where the processor itself did not get through, and tries again', async () => {
    const { engine } = machine(['cpu', 'webgpu']);
    const failing = failingOnce(engine, 'cpu', 'out-of-memory');
    expect(await choose(failing)).toEqual({ generator: 'cpu', reward: 'cpu' });
    expect(await choose(failing)).toEqual({ generator: 'webgpu', reward: 'webgpu' });
  });

  it('tries a card again after an hour where its failure may pass', async () => {
    const { engine } = machine(['cpu', 'webgpu']);
    const failing = failingOnce(engine, 'webgpu', 'out-of-memory');
    expect(await choose(failing)).toMatchObject({ generator: 'cpu', reward: 'cpu' });
    now += 3_599_000;
    expect(await choose(failing)).toMatchObject({ generator: 'cpu', reward: 'cpu' });
    now += 2000;
    expect(await choose(failing)).toEqual({ generator: 'webgpu', reward: 'webgpu' });
  });

  it.each<ErrorCode>(['engine-died', 'device-failed'])(
    'never tries a card again that cannot do it: %s',
    async (code) => {
      const { engine } = machine(['cpu', 'webgpu']);
      const failing = failingOnce(engine, 'webgpu', code);
      for (let run = 0; run < 2; run++) {
        expect(await choose(failing)).toEqual({ generator: 'cpu', reward: 'cpu' });
        now += 1e10;
      }
    },
  );

  it('takes the processor where the process dies that only looks, and looks again next time', async () => {
    const { engine } = machine(['cpu', 'webgpu']);
    const dying: TrialEngine = {
      ...engine,
      devices: () => Promise.reject(new WinnowError('engine-died', 'It ended.', 'Try again.')),
    };
    expect(await choose(dying)).toEqual({ generator: 'cpu', reward: 'cpu' });
    expect(await choose(engine)).toEqual({ generator: 'webgpu', reward: 'webgpu' });
  });

  it('says that devices are tried while they are, and when a model is prepared for that', async () => {
    const { engine } = machine(['cpu', 'webgpu']);
    const loading: TrialEngine = {
      ...engine,
      tryDevice(request, onProgress = () => undefined) {
        const steps = request.device === 'cpu' ? (['preparing', 'loading'] as const) : [];
        for (const step of steps) onProgress({ step, fraction: 0.3 });
        return engine.tryDevice(request);
      },
    };
    const told: LoadProgress[] = [];
    const { signal } = new AbortController();
    await chooser(loading)(models(), (progress) => told.push(progress), signal);
    expect(told.map(({ step, fraction }) => `${step} ${fraction}`)).toEqual([
      'trying 0',
      'trying 0',
      'preparing 0.3',
      'trying 0',
      'trying 0.5',
    ]);
    told.length = 0;
    await chooser(loading)(models(), (progress) => told.push(progress), signal);
    expect(told).toEqual([]);
  });

  it('ends when a person stops it while it looks which devices there are', async () => {
    const { engine } = machine(['cpu', 'webgpu']);
    const stopping = new AbortController();
    const { promise: stopped, reject } = Promise.withResolvers<never>();
    const looking: TrialEngine = {
      ...engine,
      devices() {
        stopping.abort();
        return stopped;
      },
      stop() {
        reject(new WinnowError('cancelled', 'Stopped.', 'Start again.'));
        return Promise.resolve({ killed: false });
      },
    };
    await expect(choose(looking, '1', stopping.signal)).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  it('ends when a person stops it, and keeps nothing half found', async () => {
    const { engine } = machine(['cpu', 'webgpu']);
    const stopping = new AbortController();
    const stopped: TrialEngine = {
      ...engine,
      tryDevice: () => {
        stopping.abort();
        return Promise.reject(new WinnowError('cancelled', 'Stopped.', 'Start again.'));
      },
    };
    await expect(choose(stopped, '1', stopping.signal)).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(readFileSync(join(folder, 'devices.json'), 'utf8')).not.toContain('model.gguf');
  });

  it('survives a file that is damaged', async () => {
    writeFileSync(join(folder, 'devices.json'), '{"versions": 3');
    const { engine } = machine(['cpu', 'webgpu']);
    expect(await choose(engine)).toEqual({ generator: 'webgpu', reward: 'webgpu' });
  });
});
