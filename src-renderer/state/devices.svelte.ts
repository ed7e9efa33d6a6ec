/** What can compute on this machine. Found by trials that take a moment, so it is asked once, when a page wants it. */
import { application } from '../api/application.ts';
import type { DeviceFacts } from '../../src-main/contract/engine.ts';

let asked: Promise<DeviceFacts[]> | null = null;

/** Throws engine-failed and the like; the next call then tries again. */
export function listDevices(): Promise<DeviceFacts[]> {
  asked ??= application.call('devices.list', {}).catch((error: unknown) => {
    asked = null;
    throw error;
  });
  return asked;
}

/** The next comparison finds out again which device is the fastest, and the next who asks what there is. */
export async function forgetDevices(): Promise<void> {
  await application.call('devices.forget', {});
  asked = null;
}
