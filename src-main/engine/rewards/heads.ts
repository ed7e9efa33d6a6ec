/**
 * How the outputs of a reward model become one number: their weighted sum. A model with one output needs nothing; one
 * with several needs a file that says how much each counts.
 */
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { WinnowError } from '../../contract/errors.ts';
import { ModelFolder } from '../folders/model-folder.ts';
import { invalidRewardModel } from './faults.ts';

/** One output of a reward model, and how much it counts. */
export interface RewardHead {
  name: string;
  /** 0: it does not count. */
  weight: number;
}

/** The name of that file in a model's folder. */
export const headsFile = 'winnow-reward.json';

/** The same for a model that is a single file: several may lie in one folder, each with a file of its own. */
export function headsFileBeside(path: string): string {
  return join(dirname(path), `${basename(path).replace(/\.gguf$/i, '')}.${headsFile}`);
}

const weight = v.pipe(v.number(), v.finite());
const schema = v.strictObject({ weights: v.record(v.string(), weight) });

/**
 * The weights of a model's outputs, as the file says or as their names do.
 * @param path of the file, which need not be there
 * @param labels the names of the outputs, in their order
 * @throws WinnowError reward-model-invalid with what to write into which file; model-damaged, model-unreadable
 */
export async function readHeads(path: string, labels: readonly string[]): Promise<RewardHead[]> {
  const name = basename(path);
  const folder = await ModelFolder.open(dirname(path));
  const given = await folder.readJson(name, schema).catch((error: unknown) => {
    throw explainWeights(error, name);
  });
  if (given !== null) return weightedHeads(name, given.weights, labels);
  const weights = weightsByName(labels);
  if (weights !== null) return labels.map((name, index) => ({ name, weight: weights[index] ?? 0 }));
  throw severalHeads(path, labels);
}

/** One output is the reward. Of a negative and a positive one, it is by how much the positive one is larger. */
function weightsByName(labels: readonly string[]): number[] | null {
  if (labels.length === 1) return [1];
  const signs = labels.map((label) => ({ negative: -1, positive: 1 })[label.toLowerCase()] ?? 0);
  return labels.length === 2 && signs.includes(-1) && signs.includes(1) ? signs : null;
}

/** This file is written by people: what makes no sense in it is no damage. */
function explainWeights(error: unknown, name: string): unknown {
  if (!(error instanceof WinnowError) || error.code !== 'model-damaged') return error;
  const field = error.details['field'] ?? '';
  return invalidRewardModel(
    `The file ${name} does not say how much each number counts${field === '' ? '' : `: "${field}" makes no sense`}.`,
    { file: name },
    error,
    'Write it like this: {"weights": {"helpfulness": 1, "verbosity": -0.5}}.',
  );
}

function weightedHeads(
  name: string,
  weights: Readonly<Record<string, number>>,
  labels: readonly string[],
): RewardHead[] {
  const heads = labels.map((label) => ({ name: label, weight: 0 }));
  for (const [key, value] of Object.entries(weights)) {
    const index = labels.includes(key) ? labels.indexOf(key) : /^\d+$/.test(key) ? Number(key) : -1;
    const head = heads[index];
    if (head === undefined) {
      throw invalidRewardModel(
        `The file ${name} gives a weight to "${key}", but this model's outputs are ${listed(labels)}.`,
        { file: name },
        undefined,
        `Correct the name in ${name}.`,
      );
    }
    head.weight = value;
  }
  if (heads.some((head) => head.weight !== 0)) return heads;
  throw invalidRewardModel(
    `The file ${name} gives no output of this model a weight.`,
    { file: name },
    undefined,
    `Give at least one of ${listed(labels)} a weight in ${name}.`,
  );
}

function severalHeads(path: string, labels: readonly string[]) {
  const example = JSON.stringify({
    weights: Object.fromEntries(labels.slice(0, 2).map((label, index) => [label, 1 - index])),
  });
  return invalidRewardModel(
    `This model gives ${labels.length} numbers for a text (${listed(labels)}), and a reward is one.`,
    { labels: labels.length },
    undefined,
    `Write how much each number counts into a file named ${basename(path)} beside the model, for example ${example}. Numbers that it does not name count nothing.`,
  );
}

/** The reward of a text by the model's numbers for it. Those that do not count may be anything. */
export function weightedSum(numbers: readonly number[], heads: readonly RewardHead[]): number {
  return heads.reduce(
    (sum, { weight }, head) => (weight === 0 ? sum : sum + weight * (numbers[head] ?? NaN)),
    0,
  );
}

function listed(labels: readonly string[]): string {
  const shown = labels.slice(0, 8).map((label) => `"${label}"`);
  if (labels.length > shown.length) shown.push(`${labels.length - shown.length} more`);
  return new Intl.ListFormat('en').format(shown);
}
