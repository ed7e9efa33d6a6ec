import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { completePack } from '../../resources/packaging/after-pack.ts';
import { builderConfiguration } from '../../resources/packaging/configuration.ts';
import {
  nativesOf,
  packagesFor,
  plainNodeName,
  runtimeFolder,
  targetOf,
  type Target,
} from '../../resources/packaging/targets.ts';
import { visualCppLibraries } from '../../resources/packaging/visual-cpp.ts';

const everyTarget = Object.entries(packagesFor).flatMap(([platform, { architectures }]) =>
  architectures.map((architecture) => targetOf(platform, architecture)),
);
const configured = (target: Target, environment: Record<string, string> = {}) =>
  builderConfiguration({ target, environment, built: 'out', output: 'dist' });
const windows = targetOf('win32', 'arm64');
const mac = targetOf('darwin', 'arm64');
const linux = targetOf('linux', 'x64');

describe('what is packaged', () => {
  it('is an installer for Windows, a disk image and a zip for Macs, an AppImage and a deb for Linux', () => {
    expect(configured(windows).win?.target).toEqual([{ target: 'nsis', arch: 'arm64' }]);
    expect(configured(mac).mac?.target).toEqual([
      { target: 'dmg', arch: 'arm64' },
      { target: 'zip', arch: 'arm64' },
    ]);
    expect(configured(linux).linux?.target).toEqual([
      { target: 'AppImage', arch: 'x64' },
      { target: 'deb', arch: 'x64' },
    ]);
  });

  it.each([
    ['darwin', 'x64'],
    ['win32', 'ia32'],
    ['freebsd', 'x64'],
  ])('is nothing for %s %s', (platform, architecture) => {
    expect(() => targetOf(platform, architecture)).toThrow('not packaged');
  });

  it.each([
    [linux, 'node/node'],
    [windows, 'node/node.exe'],
  ])('holds a plain Node for the engine: %s', (target, node) => {
    expect(configured(target).extraResources).toContainEqual(
      expect.objectContaining({ to: node }) as unknown,
    );
  });

  it('names a homepage, without which no deb is built: that of whoever publishes it', () => {
    const named = (environment: Record<string, string>): unknown =>
      configured(linux, environment).extraMetadata;
    const any = { homepage: expect.stringMatching(/^https:/) as string };
    expect(named({})).toEqual(any);
    expect(named({ WINNOW_HOMEPAGE: '' })).toEqual(any);
    const own = 'https://winnow.test/';
    expect(named({ WINNOW_HOMEPAGE: own })).toEqual({ homepage: own });
  });

  it.each(everyTarget)(
    '$platform $architecture: npm brought every native that it needs',
    (target) => {
      for (const path of nativesOf(target)) expect(readFileSync(path).length).toBeGreaterThan(0);
    },
  );

  it('is built on a machine of each target by the release workflow', () => {
    const workflow = readFileSync('.github/workflows/release.yml', 'utf8');
    for (const { platform, architecture } of everyTarget) {
      expect(workflow).toContain(`target: ${platform}-${architecture}`);
    }
  });
});

describe('the fuses', () => {
  const always = {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
    enableCookieEncryption: false,
    loadBrowserProcessSpecificV8Snapshot: false,
  };

  it.each(everyTarget)('are set for $platform $architecture', (target) => {
    expect(configured(target).electronFuses).toEqual({
      ...always,
      enableEmbeddedAsarIntegrityValidation: target.platform !== 'linux',
    });
  });
});

describe('signing', () => {
  const apple = { APPLE_ID: 'a', APPLE_APP_SPECIFIC_PASSWORD: 'b', APPLE_TEAM_ID: 'c' };

  it('names nobody on a Mac without a certificate, and then leaves the hardened runtime off', () => {
    expect(configured(mac, { CSC_LINK: '' }).mac).toMatchObject({
      identity: '-',
      hardenedRuntime: false,
      notarize: false,
    });
  });

  it('with a certificate hardens, notarises where Apple can be asked, and is never left out silently', () => {
    const signed = configured(mac, { CSC_LINK: 'certificate' }).mac;
    expect(signed).toMatchObject({
      forceCodeSigning: true,
      hardenedRuntime: true,
      notarize: false,
    });
    expect(signed).not.toHaveProperty('identity');
    expect(configured(mac, { CSC_LINK: 'certificate', ...apple }).mac?.notarize).toBe(true);
    expect(configured(windows, { WIN_CSC_LINK: 'certificate' }).win?.forceCodeSigning).toBe(true);
    expect(configured(windows).win?.forceCodeSigning).toBe(false);
  });
});

describe('a packed tree', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'winnow-natives-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const put = (path: string): void => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, path);
  };
  const putTree = (target: Target): void => {
    for (const path of nativesOf(target)) put(`app.asar.unpacked/${path}`);
    const node = `node/${plainNodeName(target)}`;
    for (const name of ['models/a', 'sample/a', 'licences.json', 'LICENSE', node]) put(name);
  };
  const putVisualCpp = (names: string[]): Record<string, string> => {
    for (const name of names) put(`redist/${name}`);
    return { WINNOW_VC_REDIST: join(folder, 'redist') };
  };

  it('is refused when a native is missing', () => {
    putTree(linux);
    completePack(folder, linux, {});
    rmSync(join(folder, 'app.asar.unpacked', runtimeFolder(linux), 'libonnxruntime.so.1'));
    expect(() => completePack(folder, linux, {})).toThrow('lacks');
  });

  it.each(['models', 'node'])('is refused without %s', (name) => {
    putTree(linux);
    rmSync(join(folder, name), { recursive: true });
    expect(() => completePack(folder, linux, {})).toThrow(name);
  });

  it("is refused with another system's Node", () => {
    putTree(linux);
    renameSync(join(folder, 'node/node'), join(folder, 'node/node.exe'));
    expect(() => completePack(folder, linux, {})).toThrow('node/node');
  });

  it('is refused when a native of another target came along', () => {
    putTree(linux);
    put('app.asar.unpacked/node_modules/better-sqlite3/prebuilds/darwin-arm64.node');
    expect(() => completePack(folder, linux, {})).toThrow('darwin-arm64.node');
  });

  it('for Windows gets the Visual C++ runtime beside onnxruntime', () => {
    putTree(windows);
    completePack(folder, windows, putVisualCpp(visualCppLibraries));
    const beside = readdirSync(join(folder, 'app.asar.unpacked', runtimeFolder(windows)));
    expect(beside).toEqual(expect.arrayContaining(visualCppLibraries));
  });

  it('for Windows finds the newest runtime of Visual Studio by itself', () => {
    putTree(windows);
    const redist = 'Microsoft Visual Studio/2022/Enterprise/VC/Redist/MSVC';
    for (const version of ['14.40.33807', '14.44.35112']) {
      for (const name of visualCppLibraries) {
        put(`${redist}/${version}/arm64/Microsoft.VC143.CRT/${name}`);
      }
    }
    completePack(folder, windows, { ProgramFiles: folder });
    const copied = join(folder, 'app.asar.unpacked', runtimeFolder(windows), 'msvcp140.dll');
    expect(readFileSync(copied, 'utf8')).toContain('14.44.35112/arm64');
  });

  it('for Windows is refused without a complete runtime', () => {
    putTree(windows);
    expect(() => completePack(folder, windows, {})).toThrow('WINNOW_VC_REDIST');
    const incomplete = putVisualCpp(visualCppLibraries.slice(1));
    expect(() => completePack(folder, windows, incomplete)).toThrow('Visual C++ runtime');
  });
});

describe('the Visual C++ runtime', () => {
  const imported = /(?:vcruntime|msvcp|concrt|vcomp)\w+\.dll/gi;

  it.each(packagesFor.win32.architectures)(
    'is all that onnxruntime asks for on %s',
    (architecture) => {
      const asked = nativesOf(targetOf('win32', architecture)).flatMap(
        (path) => readFileSync(path, 'latin1').match(imported) ?? [],
      );
      const names = new Set(asked.map((name) => name.toLowerCase()));
      expect(names).toContain('msvcp140.dll');
      expect(visualCppLibraries).toEqual(expect.arrayContaining([...names]));
    },
  );
});
