/**
 * What was found out about this machine's devices, in a file beside the prepared models: it holds as long as the versions
 * do, or until a person asks again.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { deviceNames } from '../../contract/engine.ts';

const device = v.picklist(deviceNames);

const fileSchema = v.object({
  /** Of everything that the findings depend on. */
  versions: v.string(),
  /** Devices that work here. */
  usable: v.array(device),
  /** The best for a pair of models; `until` (milliseconds, UTC) where a card failed that may work later. */
  choices: v.record(
    v.string(),
    v.object({ generator: device, reward: device, until: v.exactOptional(v.number()) }),
  ),
});

export type DeviceFindings = v.InferOutput<typeof fileSchema>;

/** What is known; null where nothing is, or where it was found with other versions. */
export function readFindings(file: string, versions: string): DeviceFindings | null {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const findings = v.parse(fileSchema, parsed);
    return findings.versions === versions ? findings : null;
  } catch {
    return null;
  }
}

/** Keeps findings. That they cannot be kept is no reason to fail: then they are found out again. */
export function keepFindings(file: string, findings: DeviceFindings): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const partial = `${file}.partial-${process.pid}`;
    writeFileSync(partial, JSON.stringify(findings, null, 2));
    renameSync(partial, file);
  } catch {
    // Found out again at the next comparison.
  }
}

/** Forgets everything, so that devices are tried again. */
export function forgetFindings(file: string): void {
  rmSync(file, { force: true });
}
