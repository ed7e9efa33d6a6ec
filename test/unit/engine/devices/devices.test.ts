import { describe, expect, it } from 'vitest';
import { deviceNames } from '../../../../src-main/contract/engine.ts';
import { WinnowError } from '../../../../src-main/contract/errors.ts';
import { listDevices, resolveDevice } from '../../../../src-main/engine/devices/devices.ts';

describe('the devices of this machine', () => {
  it('are told apart, each with a reason in plain words', async () => {
    const devices = await listDevices();
    expect(devices.map((device) => device.name)).toEqual([...deviceNames]);
    for (const { reason } of devices) {
      expect(reason).toMatch(/^\S.+/);
      expect(reason).not.toMatch(/onnxruntime|\.cc|::|backend/);
    }
  });

  it('always hold the CPU', async () => {
    const [cpu] = await listDevices();
    expect(cpu).toMatchObject({ name: 'cpu', usable: true });
  });

  it('are chosen as asked, and never silently replaced', async () => {
    expect(await resolveDevice('auto')).toEqual({ device: 'cpu' });
    for (const { name, usable } of await listDevices()) {
      const choice = resolveDevice(name);
      if (usable) {
        expect(await choice).toEqual({ device: name });
        continue;
      }
      const error: unknown = await choice.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(WinnowError);
      expect(error).toMatchObject({ code: 'device-unavailable', details: { device: name } });
    }
  });
});
