import { WinnowError } from '../../contract/errors.ts';
import { architectureUnsupported, damaged, printable, tensorMissing } from './faults.ts';
import type { GgufFile, ModelFacts } from './types.ts';

/** Tensors that some old files carry and that nothing needs any more. */
const ignored = /^(rope_freqs\.weight|blk\.\d+\.(attn_rot_embd|rope_freqs)\.weight)$/;

/** The shape of every tensor that a layer of the llama architecture has, row-major: `[outputs, inputs]`. */
export function layerShapes(facts: ModelFacts): Record<string, number[]> {
  const { width, feedForward } = facts;
  const queries = facts.heads * facts.headSize;
  const keys = facts.keyValueHeads * facts.headSize;
  return {
    attn_norm: [width],
    attn_q: [queries, width],
    attn_k: [keys, width],
    attn_v: [keys, width],
    attn_output: [width, queries],
    ffn_norm: [width],
    ffn_gate: [feedForward, width],
    ffn_up: [feedForward, width],
    ffn_down: [width, feedForward],
  };
}

/**
 * Checks that the file holds exactly the tensors of this model, each in its shape. A tensor too many is refused as well:
 * it belongs to a variant (biases, further norms) that would be computed wrongly without it.
 * @throws model-tensor-missing, model-damaged, model-architecture-unsupported, model-vocabulary-mismatch.
 */
export function checkLlamaTensors(file: GgufFile, facts: ModelFacts): void {
  const expected = new Set<string>();
  const check = (name: string, shape: number[]) => {
    expected.add(name);
    checkShape(file, name, shape);
  };
  check('token_embd.weight', [facts.vocabularySize, facts.width]);
  checkVocabulary(file, facts.vocabularySize);
  check('output_norm.weight', [facts.width]);
  if (!facts.tiedOutput) check('output.weight', [facts.vocabularySize, facts.width]);
  const shapes = Object.entries(layerShapes(facts));
  for (let layer = 0; layer < facts.layers; layer++) {
    for (const [name, shape] of shapes) check(`blk.${layer}.${name}.weight`, shape);
  }
  for (const name of file.tensors.keys()) {
    if (expected.has(name) || ignored.test(name)) continue;
    throw architectureUnsupported(`it has a part that Winnow does not know ("${name}")`, {
      tensor: printable(name),
    });
  }
}

function checkShape(file: GgufFile, name: string, shape: number[]): void {
  const tensor = file.tensors.get(name);
  if (tensor === undefined) throw tensorMissing(name);
  if (tensor.shape.join() !== shape.join()) {
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
