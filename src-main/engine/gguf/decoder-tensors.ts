import { WinnowError } from '../../contract/errors.ts';
import { headShapes, headTensors, matrixShape } from './classification-head.ts';
import { architectureUnsupported, damaged, printable, tensorMissing } from './faults.ts';
import type { GgufFile, ModelFacts } from './types.ts';

/** Tensors that rope.ts reads, and some that old files carry and that nothing needs any more. */
const ignored: readonly RegExp[] = [
  /^rope_(freqs|factors_short|factors_long)\.weight$/,
  /^blk\.\d+\.(attn_rot_embd|rope_freqs)\.weight$/,
];

type Shapes = Record<string, number[]>;

/** The shape of every tensor that a layer has, row-major: `[outputs, inputs]`. */
function layerShapes(facts: ModelFacts): Shapes {
  const { width, feedForward, joinedTensors } = facts;
  const queries = facts.heads * facts.headSize;
  const keys = facts.keyValueHeads * facts.headSize;
  const joined = {
    'attn_qkv.weight': [queries + 2 * keys, width],
    'ffn_up.weight': [2 * feedForward, width],
  };
  const apart = {
    'attn_q.weight': [queries, width],
    'attn_k.weight': [keys, width],
    'attn_v.weight': [keys, width],
    'ffn_gate.weight': [feedForward, width],
    'ffn_up.weight': [feedForward, width],
  };
  const biases = { 'attn_q.bias': [queries], 'attn_k.bias': [keys], 'attn_v.bias': [keys] };
  return {
    ...normShapes(facts, queries, keys),
    ...(joinedTensors ? joined : apart),
    ...(facts.queryKeyValueBias ? biases : {}),
    'attn_output.weight': [width, queries],
    'ffn_down.weight': [width, feedForward],
  };
}

function normShapes(
  { norms, queryKeyNorm, width, headSize }: ModelFacts,
  queries: number,
  keys: number,
): Shapes {
  const eachHead = queryKeyNorm === 'each-head';
  const before = { 'attn_norm.weight': [width], 'ffn_norm.weight': [width] };
  const after = { 'post_attention_norm.weight': [width], 'post_ffw_norm.weight': [width] };
  const ofHeads = {
    'attn_q_norm.weight': [eachHead ? headSize : queries],
    'attn_k_norm.weight': [eachHead ? headSize : keys],
  };
  return {
    ...(norms === 'after' ? {} : before),
    ...(norms === 'before' ? {} : after),
    ...(queryKeyNorm === 'none' ? {} : ofHeads),
  };
}

/**
 * Checks that the file holds exactly the tensors of this model, each in its shape. A tensor too many is refused as well:
 * it belongs to a variant (biases, further norms) that would be computed wrongly without it.
 * @throws model-tensor-missing, model-damaged, model-architecture-unsupported, model-vocabulary-mismatch.
 */
export function checkTensors(file: GgufFile, facts: ModelFacts): void {
  const expected = new Set<string>();
  const check = (name: string, shape: number[]) => {
    expected.add(name);
    checkShape(file, name, shape);
  };
  check('token_embd.weight', [facts.vocabularySize, facts.width]);
  checkVocabulary(file, facts.vocabularySize);
  check('output_norm.weight', [facts.width]);
  if (!facts.tiedOutput) check('output.weight', [facts.vocabularySize, facts.width]);
  if (facts.head !== null) {
    const head = Object.entries(headShapes(facts.head, facts.width));
    for (const [name, shape] of head) check(name, shape);
  }
  const shapes = Object.entries(layerShapes(facts));
  for (let layer = 0; layer < facts.layers; layer++) {
    for (const [name, shape] of shapes) check(`blk.${layer}.${name}`, shape);
  }
  for (const name of file.tensors.keys()) {
    if (expected.has(name) || ignored.some((pattern) => pattern.test(name))) continue;
    throw architectureUnsupported(`it has a part that Winnow does not know ("${name}")`, {
      tensor: printable(name),
    });
  }
}

function checkShape(file: GgufFile, name: string, shape: number[]): void {
  const tensor = file.tensors.get(name);
  if (tensor === undefined) throw tensorMissing(name);
  const found = name === headTensors.outputs ? matrixShape(tensor) : tensor.shape;
  if (found.join() !== shape.join()) {
    throw damaged(`its part "${name}" has the size ${tensor.shape.join(' × ')}`, {
      tensor: name,
      expected: shape.join(' × '),
    });
  }
}

function checkVocabulary(file: GgufFile, rows: number): void {
  const tokens = file.metadata.texts('tokenizer.ggml.tokens')?.length;
  if (tokens === undefined || tokens === rows) return;
  throw new WinnowError(
    'model-vocabulary-mismatch',
    `This model file does not fit together: its vocabulary has ${tokens} entries, its weights are made for ${rows}.`,
    'The file was converted wrongly. Choose another file of the same model.',
    { tokens, rows },
  );
}
