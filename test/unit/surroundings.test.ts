import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deviceVersions } from '../../src-main/surroundings.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'winnow-surroundings-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the versions that decide how devices behave', () => {
  it('are others once libraries for a device were fetched, and the same again without them', () => {
    writeFileSync(join(folder, 'libonnxruntime.so.1'), '');
    const before = deviceVersions(folder);
    const library = join(folder, 'libonnxruntime_providers_cuda.so');
    writeFileSync(library, '');
    expect(deviceVersions(folder)).not.toBe(before);
    rmSync(library);
    expect(deviceVersions(folder)).toBe(before);
  });

  it('name Winnow, onnxruntime and the system, wherever onnxruntime lies', () => {
    expect(deviceVersions()).toMatch(
      new RegExp(`^\\d+\\.\\d+\\.\\d+ · \\d+\\.\\d+\\.\\d+ · ${process.platform} · `),
    );
  });
});
