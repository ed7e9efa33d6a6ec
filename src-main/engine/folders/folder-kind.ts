/** Whether a folder holds a model that writes texts or one that judges them. */
import * as v from 'valibot';
import { ModelFolder } from './model-folder.ts';
import { weightsFile, weightsIndex } from './weight-files.ts';

const configSchema = v.looseObject({ architectures: v.nullish(v.array(v.string())) });

/** What a folder is for, as its config.json says; where that does not tell, weights without a graph are for writing. */
export async function isGeneratorFolder(path: string): Promise<boolean> {
  try {
    const folder = await ModelFolder.open(path);
    const config = await folder.readJson('config.json', configSchema).catch(() => null);
    const names = config?.architectures ?? [];
    if (names.some((name) => name.endsWith('ForSequenceClassification'))) return false;
    if (names.some((name) => /ForCausalLM$|LMHeadModel$/.test(name))) return true;
    return (await folder.find(weightsFile)) !== null || (await folder.find(weightsIndex)) !== null;
  } catch {
    return false;
  }
}
