/** How Winnow is packaged: the settings of electron-builder for one target, as data that a test can read. */
import {
  Arch,
  type AfterPackContext,
  type Configuration,
  type TargetConfiguration,
} from 'electron-builder';
import { dirname, join } from 'node:path';
import { completePack } from './after-pack.ts';
import { packagesFor, plainNodeName, targetOf, wholePackages, type Target } from './targets.ts';

export interface PackagingOptions {
  target: Target;
  /** The homepage, and secrets for signing. */
  environment: Record<string, string | undefined>;
  /** The folder that a build has filled, as a path from the project's folder. */
  built: string;
  /** Where the packages go. */
  output: string;
}

const project = dirname(dirname(import.meta.dirname));
const inProject = (path: string): string => join(project, path);

/** The settings of electron-builder for one target. */
export function builderConfiguration(options: PackagingOptions): Configuration {
  const { target, environment, output } = options;
  return {
    appId: 'app.winnow.desktop',
    productName: 'Winnow',
    copyright: 'Copyright © 2026 The Winnow authors',
    directories: { output, buildResources: 'resources/packaging' },
    artifactName: 'Winnow-${version}-${os}-${arch}.${ext}',
    extraMetadata: { homepage: homepageOf(environment) },
    // The natives have Node's stable interface: nothing is compiled for Electron.
    npmRebuild: false,
    publish: null,
    asar: true,
    asarUnpack: unpackedFiles(options.built),
    files: packedFiles(options),
    extraResources: extraResources(target),
    electronLanguages: ['en-US'],
    electronFuses: fusesFor(target),
    afterPack: checkAndComplete,
    ...windowsSettings(target, environment),
    ...macSettings(target, environment),
    ...linuxSettings(target),
  };
}

/** Debian's packages do not go without one. Whoever publishes Winnow names theirs. */
const homepageOf = (environment: PackagingOptions['environment']): string =>
  environment['WINNOW_HOMEPAGE'] || 'https://example.org/winnow';

/**
 * What must be real files: the core and the engine are processes of their own, with every chunk that they share, and no
 * process other than Electron's can look into an asar. package.json says that they are modules, and the version.
 * electron-builder compares these patterns with where the files come from.
 */
const unpackedFiles = (built: string): string[] => [
  'package.json',
  `${built}/main/{core,engine,template-process}.js`,
  `${built}/main/chunks/**`,
  'node_modules/onnxruntime-*/**',
  'node_modules/better-sqlite3/**',
];

function packedFiles({ built, target }: PackagingOptions): NonNullable<Configuration['files']> {
  const { platform, architecture } = target;
  return [
    'package.json',
    // The served application belongs to a clone, which has a Node of its own.
    {
      from: built,
      to: 'out',
      filter: ['{main,preload,renderer}/**', '!**/*.map', '!main/serve.js'],
    },
    // The other dependencies serve onnxruntime's installer, or are the Node that runs the scripts.
    `!node_modules/!(${wholePackages.join('|')}){,/**/*}`,
    '!node_modules/better-sqlite3/{deps,src}{,/**/*}',
    `!node_modules/better-sqlite3/prebuilds/!(${platform}-${architecture}).node`,
    '!node_modules/onnxruntime-node/{lib,script}{,/**/*}',
    `!node_modules/onnxruntime-node/bin/napi-v6/!(${platform}){,/**/*}`,
    `!node_modules/onnxruntime-node/bin/napi-v6/${platform}/!(${architecture}){,/**/*}`,
    // The same 45 MB a second time, under a name that nothing asks for.
    '!node_modules/onnxruntime-node/bin/napi-v6/darwin/arm64/libonnxruntime.*.*.*.dylib',
    '!node_modules/onnxruntime-common/{lib,dist/esm}{,/**/*}',
    '!node_modules/**/*.{map,md,d.ts}',
  ];
}

/** Beside the asar: what is large, what a person may want to see, and the plain Node that runs the engine. */
function extraResources(target: Target): NonNullable<Configuration['extraResources']> {
  const node = plainNodeName(target);
  return [
    { from: inProject('resources/models'), to: 'models' },
    { from: inProject('resources/sample'), to: 'sample', filter: '*.json' },
    { from: inProject('resources/licences.json'), to: 'licences.json' },
    { from: inProject('LICENSE'), to: 'LICENSE' },
    { from: inProject(`node_modules/node/bin/${node}`), to: `node/${node}` },
  ];
}

/** What the shipped Electron can no longer be made to do. A test holds this against the list of the security page. */
export function fusesFor({ platform }: Target): NonNullable<Configuration['electronFuses']> {
  return {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    onlyLoadAppFromAsar: true,
    // Electron has this check on macOS and Windows only.
    enableEmbeddedAsarIntegrityValidation: platform !== 'linux',
    grantFileProtocolExtraPrivileges: false,
    // The window keeps no cookies.
    enableCookieEncryption: false,
    loadBrowserProcessSpecificV8Snapshot: false,
  };
}

/** The hook, which works from what electron-builder really packs. */
function checkAndComplete(context: AfterPackContext): Promise<void> {
  const target = targetOf(context.electronPlatformName, Arch[context.arch]);
  completePack(context.packager.getResourcesDir(context.appOutDir), target, process.env);
  return Promise.resolve();
}

function targetsFor({ platform, architecture }: Target): TargetConfiguration[] {
  return packagesFor[platform].formats.map((target) => ({ target, arch: architecture }));
}

function windowsSettings(
  target: Target,
  environment: PackagingOptions['environment'],
): Configuration {
  if (target.platform !== 'win32') return {};
  const signed = has(environment, 'WIN_CSC_LINK') || has(environment, 'CSC_LINK');
  return {
    win: {
      target: targetsFor(target),
      icon: inProject('resources/icons/icon.ico'),
      forceCodeSigning: signed,
    },
    nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
  };
}

function macSettings(target: Target, environment: PackagingOptions['environment']): Configuration {
  if (target.platform !== 'darwin') return {};
  const signed = has(environment, 'CSC_LINK');
  const notarised =
    signed && notarySecrets.some((names) => names.every((name) => has(environment, name)));
  return {
    mac: {
      target: targetsFor(target),
      icon: inProject('resources/icons/icon.icns'),
      category: 'public.app-category.developer-tools',
      minimumSystemVersion: '13.0',
      // Without a certificate: a signature that names nobody, which Macs with Apple silicon ask for at least. It has no
      // team, and a hardened runtime would refuse libraries without the application's own.
      ...(signed ? {} : { identity: '-' }),
      forceCodeSigning: signed,
      hardenedRuntime: signed,
      entitlements: inProject('resources/packaging/entitlements.mac.plist'),
      entitlementsInherit: inProject('resources/packaging/entitlements.mac.plist'),
      notarize: notarised,
    },
  };
}

/** The two ways of telling Apple who asks for a notarisation. */
const notarySecrets = [
  ['APPLE_API_KEY', 'APPLE_API_KEY_ID', 'APPLE_API_ISSUER'],
  ['APPLE_ID', 'APPLE_APP_SPECIFIC_PASSWORD', 'APPLE_TEAM_ID'],
];

/** A secret that a build service does not have arrives as an empty text. */
const has = (environment: PackagingOptions['environment'], name: string): boolean =>
  Boolean(environment[name]);

function linuxSettings(target: Target): Configuration {
  if (target.platform !== 'linux') return {};
  return {
    linux: {
      target: targetsFor(target),
      icon: inProject('resources/icons/icon.png'),
      executableName: 'winnow',
      category: 'Development',
      synopsis: 'Compare ways of picking the best of many answers',
      maintainer: 'The Winnow authors',
    },
    // The newer runtime needs no FUSE 2, and its menu entry does not turn the sandbox off.
    toolsets: { appimage: '1.0.3' },
  };
}
