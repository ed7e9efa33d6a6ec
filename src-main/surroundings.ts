/** Facts about this installation and this machine that the entries hand to the core. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, release } from 'node:os';
import { dirname, join } from 'node:path';

/** The folder that holds package.json and resources, whether this runs from the sources or from a build. */
function projectFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) {
    folder = dirname(folder);
  }
  return folder;
}

/** A path within the project. */
export const inProject = (path: string): string => join(projectFolder(), path);

/**
 * The folder of what ships beside the code. In a clone that is `resources`; in a packaged application its contents lie
 * where the code's archive lies, some folders above this file, whichever process asks.
 */
function resourcesFolder(): string {
  let folder = import.meta.dirname;
  for (;;) {
    const inClone = join(folder, 'resources');
    if (existsSync(join(inClone, 'models'))) return inClone;
    if (existsSync(join(folder, 'models'))) return folder;
    const parent = dirname(folder);
    if (parent === folder) return inProject('resources');
    folder = parent;
  }
}

/** A path within the resources: `models`, `sample`, `licences.json`. */
export const inResources = (path: string): string => join(resourcesFolder(), path);

/** Paths of the pair of models that ships with Winnow. */
export function builtInModels(): { generator: string; reward: string } {
  return {
    generator: inResources('models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf'),
    reward: inResources('models/winnow-reward-minilm'),
  };
}

/** Winnow's version, from package.json. */
export function appVersion(): string {
  const text = readFileSync(inProject('package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The processor's name and number of cores, as a person would say it. */
export function processorName(): string {
  const cores = cpus();
  return `${cores[0]?.model.trim() ?? 'unknown processor'}, ${cores.length} ${cores.length === 1 ? 'core' : 'cores'}`;
}

/**
 * What decides how devices behave: the versions of Winnow, onnxruntime, the system, and of a driver where it can be read;
 * and the libraries that were fetched for a device (`npm run setup:cuda`).
 * @param runtimeFolder onnxruntime's native files for this system
 */
export function deviceVersions(runtimeFolder: string = onnxruntimeFolder()): string {
  const text = readFileSync(inProject('package.json'), 'utf8');
  const { version, dependencies } = JSON.parse(text) as {
    version: string;
    dependencies?: Record<string, string>;
  };
  const driver = readIfThere('/proc/driver/nvidia/version').split('\n')[0] ?? '';
  const onnxruntime = dependencies?.['onnxruntime-node'] ?? '';
  const libraries = filesIn(runtimeFolder).filter((name) => name.includes('providers'));
  const system = [process.platform, release(), driver];
  return [version, onnxruntime, ...system, ...libraries.toSorted()].join(' · ');
}

function onnxruntimeFolder(): string {
  try {
    const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
    return join(dirname(entry), '../bin/napi-v6', process.platform, process.arch);
  } catch {
    return '';
  }
}

/**
 * Whether there may be a graphics card. On Linux a card that a program can use shows as a file of the system, or its
 * driver is named in the environment; elsewhere only a trial can tell.
 */
export function mayHaveCard(): boolean {
  if (process.platform !== 'linux') return true;
  const { VK_ICD_FILENAMES: first, VK_DRIVER_FILES: second } = process.env;
  if ((first ?? second ?? '') !== '' || existsSync('/dev/dxg')) return true;
  const files = [...filesIn('/dev'), ...filesIn('/dev/dri')];
  return files.some((name) => /^(nvidia\d|renderD)/.test(name));
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
