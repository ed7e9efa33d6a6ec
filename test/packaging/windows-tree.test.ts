import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeFilesIn } from '../../resources/packaging/after-pack.ts';
import { nativesOf, runtimeFolder, type Target } from '../../resources/packaging/targets.ts';
import { visualCppLibraries } from '../../resources/packaging/visual-cpp.ts';
import { makePackingPlace, pack, unpackedOf, type PackingPlace } from '../helpers/packed-tree.ts';

const windows: Target = { platform: 'win32', architecture: 'arm64' };
/** Hides the Visual Studio of a machine that has one. */
const noVisualStudio = {
  WINNOW_VC_REDIST: '',
  VCToolsRedistDir: '',
  ProgramFiles: '',
  'ProgramFiles(x86)': '',
};
let place: PackingPlace;

beforeAll(() => {
  place = makePackingPlace();
});
afterAll(() => {
  place.remove();
});

describe('packing for Windows', () => {
  it('fails where the Visual C++ runtime cannot be had', () => {
    expect(() => pack(place, windows, noVisualStudio)).toThrow(
      'The Visual C++ runtime for arm64 is missing',
    );
  });

  it('puts the runtime beside onnxruntime, and no natives of another system', () => {
    const redistributables = join(place.folder, 'redistributables');
    mkdirSync(redistributables);
    for (const name of visualCppLibraries) writeFileSync(join(redistributables, name), name);

    const tree = pack(place, windows, { ...noVisualStudio, WINNOW_VC_REDIST: redistributables });

    const unpacked = unpackedOf(tree);
    const folder = runtimeFolder(windows);
    const expected = [
      ...nativesOf(windows),
      ...visualCppLibraries.map((name) => `${folder}/${name}`),
    ];
    expect(nativeFilesIn(unpacked)).toEqual(expected.sort());
    expect(readdirSync(tree)).toContain('Winnow.exe');
  });
});
