/** The models that a choice of devices was made for, as a text under which it is kept. */
import type { LinearForm } from '../../contract/engine.ts';

export interface ModelsToChooseFor {
  generator: string;
  reward: string;
  /** How the generator is to compute, which decides how fast it is. */
  form: LinearForm | 'auto';
}

/** The same text as long as nothing has changed of what a model's path stands for. */
export type Stamp = (path: string) => Promise<string>;

/** The same models, unchanged, in the same form. */
export async function choiceKey(
  stamp: Stamp,
  { generator, reward, form }: ModelsToChooseFor,
): Promise<string> {
  return JSON.stringify([await modelKey(stamp, generator), await modelKey(stamp, reward), form]);
}

const modelKey = async (stamp: Stamp, path: string): Promise<string> =>
  path === 'likelihood' ? path : `${path} ${await stamp(path)}`;

/** The key of a choice that was made for a model, unchanged, and a form that nobody chose; undefined where there is none. */
export async function keyWith(
  keys: readonly string[],
  stamp: Stamp,
  { path, kind }: { path: string; kind: 'generator' | 'reward' },
): Promise<string | undefined> {
  const wanted = JSON.stringify(await modelKey(stamp, path));
  const [start, end] =
    kind === 'generator' ? [`[${wanted},`, ',"auto"]'] : ['[', `,${wanted},"auto"]`];
  return keys.findLast((key) => key.startsWith(start) && key.endsWith(end));
}
