/** Facts about this installation and this machine that the entries hand to the core. */
import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
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
