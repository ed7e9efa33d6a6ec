/** The engines that can be measured, and what each of them needs first. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LinearForm } from '../../../src-main/contract/engine.ts';
import { loadBuiltGenerator } from '../../../src-main/engine/generator/built-generator.ts';
import { winnowForms } from './forms.ts';
import { huggingFaceFolder } from './hugging-face/folder.ts';
import { installPackages } from './packages.ts';

export interface Surroundings {
  /** The GGUF file. */
  modelPath: string;
  preparedFolder: string;
  /** For models in the forms that the rivals read. */
  exportFolder: string;
  vllmPython: string | null;
  print: (line: string) => void;
}

/** An engine that can be started. */
export interface ReadyEngine {
  /** What it reads: the GGUF file, or a folder written from it. */
  modelPath: string;
  /** The program of its child process, and the words before the names of the job's two files. */
  command: [program: string, ...words: string[]];
}

/** Makes everything ready that is not part of what is measured. Throws an Error with a sentence where it cannot. */
type GetReady = (surroundings: Surroundings) => Promise<ReadyEngine>;

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const worker: ReadyEngine['command'] = [process.execPath, script('./worker.ts')];

const engines: Readonly<Record<string, GetReady>> = {
  ...Object.fromEntries(
    Object.entries(winnowForms).map(([name, form]) => [name, winnowReady(form)] as const),
  ),
  'node-llama-cpp': async ({ modelPath, print }) => {
    await installPackages(print);
    return { modelPath, command: worker };
  },
  'transformers.js': async ({ modelPath, exportFolder, print }) => {
    await installPackages(print);
    return { modelPath: await huggingFaceFolder('onnx', modelPath, exportFolder), command: worker };
  },
  'onnxruntime-naive': winnowReady('fp32'),
  vllm: async ({ modelPath, exportFolder, vllmPython }) => {
    if (vllmPython === null) {
      throw new Error('Name the Python program of an environment with vLLM: --vllm-python PATH.');
    }
    if (!existsSync(vllmPython)) throw new Error(`There is no program ${vllmPython}.`);
    return {
      modelPath: await huggingFaceFolder('safetensors', modelPath, exportFolder),
      command: [vllmPython, script('./writers/vllm_writer.py')],
    };
  },
};

export const engineNames: readonly string[] = Object.keys(engines);

/** @throws Error with a sentence where the engine cannot run here */
export async function getReady(name: string, surroundings: Surroundings): Promise<ReadyEngine> {
  const ready = engines[name];
  if (ready === undefined) throw new RangeError(`there is no engine named ${name}`);
  return ready(surroundings);
}

/** Prepares the model here, so that no measured process does it. */
function winnowReady(form: LinearForm): GetReady {
  return async ({ modelPath, preparedFolder }) => {
    const options = { path: modelPath, preparedFolder, device: 'cpu', form } as const;
    const generator = await loadBuiltGenerator(options);
    await generator.close();
    return { modelPath, command: worker };
  };
}
