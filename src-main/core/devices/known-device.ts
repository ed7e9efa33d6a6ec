/** The device on which a comparison that names none would run a model, as far as that is known already. */
import type { DeviceName } from '../../contract/engine.ts';
import { keyWith, type Stamp } from './choice-key.ts';
import { readFindings } from './choices-file.ts';

/** null: the first comparison with the model finds it out. */
export type KnownDevice = (model: {
  path: string;
  kind: 'generator' | 'reward';
}) => Promise<DeviceName | null>;

/** Looks into what the device chooser keeps. */
export function createKnownDevice(parts: {
  file: string;
  versions: string;
  stamp: Stamp;
}): KnownDevice {
  return async (model) => {
    const findings = readFindings(parts.file, parts.versions);
    if (findings === null) return null;
    if (findings.usable.every((device) => device === 'cpu')) return 'cpu';
    const key = await keyWith(Object.keys(findings.choices), parts.stamp, model);
    return key === undefined ? null : (findings.choices[key]?.[model.kind] ?? null);
  };
}
