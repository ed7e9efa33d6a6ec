/**
 * The systems that Winnow is packaged for, and which native files each of them needs. A package holds the natives of its
 * own target only: all of them together would be some 300 MB.
 */

export type Platform = 'win32' | 'darwin' | 'linux';
export type Architecture = 'x64' | 'arm64';

export interface Target {
  platform: Platform;
  architecture: Architecture;
}

/** The kinds of package for each system, and the processors. onnxruntime no longer exists for Macs with Intel's. */
export const packagesFor = {
  win32: { formats: ['nsis'], architectures: ['x64', 'arm64'] },
  darwin: { formats: ['dmg', 'zip'], architectures: ['arm64'] },
  linux: { formats: ['AppImage', 'deb'], architectures: ['x64', 'arm64'] },
} as const satisfies Record<
  Platform,
  { formats: readonly string[]; architectures: readonly Architecture[] }
>;

/**
 * The target that a platform and an architecture, as Node names them, stand for.
 * @throws Error where Winnow is not packaged for them
 */
export function targetOf(platform: string, architecture: string): Target {
  for (const [known, { architectures }] of Object.entries(packagesFor)) {
    const match = architectures.find((each) => each === architecture);
    if (known === platform && match !== undefined) {
      return { platform: known as Platform, architecture: match };
    }
  }
  throw new Error(`Winnow is not packaged for ${platform} ${architecture}.`);
}

/** The folder of onnxruntime's natives, from the folder that holds node_modules. */
export const runtimeFolder = ({ platform, architecture }: Target): string =>
  `node_modules/onnxruntime-node/bin/napi-v6/${platform}/${architecture}`;

const runtimeLibraries: Record<Platform, readonly string[]> = {
  win32: ['onnxruntime.dll', 'DirectML.dll', 'dxcompiler.dll', 'dxil.dll'],
  darwin: ['libonnxruntime.1.dylib'],
  linux: ['libonnxruntime.so.1'],
};

/** Every native file that a package for the target must hold, and may hold of npm's: paths from `app.asar.unpacked`. */
export function nativesOf(target: Target): string[] {
  const folder = runtimeFolder(target);
  const { platform, architecture } = target;
  return [
    `${folder}/onnxruntime_binding.node`,
    ...runtimeLibraries[platform].map((library) => `${folder}/${library}`),
    `node_modules/better-sqlite3/prebuilds/${platform}-${architecture}.node`,
  ];
}

/** The packages that ship as they are, in node_modules; everything else is in the bundles. */
export const wholePackages = ['better-sqlite3', 'onnxruntime-common', 'onnxruntime-node'];

/** The file of the plain Node, in its own package as in ours. */
export const plainNodeName = ({ platform }: Target): string =>
  platform === 'win32' ? 'node.exe' : 'node';
