/** What a reward model's graph is fed with: the inputs that exporters give it, in the types that it asks for. */
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { invalidRewardModel } from './faults.ts';
import type { EncodedText } from './window.ts';

/** How a batch is laid out. */
export interface BatchLayout {
  /** What fills the rows up to their length. */
  padId: number;
  /** The position of a text's first token. */
  firstPosition: number;
}

type TensorClass = typeof Tensor;
type ValueMetadata = InferenceSession.ValueMetadata;

const requiredInputs = ['input_ids', 'attention_mask'];
const knownInputs = [...requiredInputs, 'token_type_ids', 'position_ids'];

/** By the name that onnxruntime gives a type: an array of these numbers. */
const makers = {
  int64: (values: readonly number[]) => BigInt64Array.from(values, BigInt),
  int32: (values: readonly number[]) => Int32Array.from(values),
  float32: (values: readonly number[]) => Float32Array.from(values),
  bool: (values: readonly number[]) => Uint8Array.from(values),
} as const;
type InputType = keyof typeof makers;

/** An input of the graph, checked. */
export interface KnownInput {
  name: string;
  type: InputType;
}

/**
 * Checks the inputs of a graph: input_ids and attention_mask, perhaps token_type_ids and position_ids, each
 * `[texts, tokens]`, as whole numbers; a mask may be of any type.
 * @throws WinnowError reward-model-invalid
 */
export function checkInputs(inputs: readonly ValueMetadata[]): KnownInput[] {
  const names = inputs.map(({ name }) => name);
  const missing = requiredInputs.find((name) => !names.includes(name));
  if (missing !== undefined) {
    throw invalidRewardModel(`This ONNX model does not read a text: it has no input "${missing}".`);
  }
  const unknown = names.find((name) => !knownInputs.includes(name));
  if (unknown !== undefined) {
    throw invalidRewardModel(
      `This ONNX model wants an input that Winnow does not know ("${unknown}").`,
    );
  }
  return inputs.map((input) => {
    const whole: InputType[] = ['int64', 'int32'];
    const allowed =
      input.name === 'attention_mask' ? [...whole, 'float32' as const, 'bool' as const] : whole;
    const type = input.isTensor ? allowed.find((name) => name === input.type) : undefined;
    if (input.isTensor && input.shape.length === 2 && type !== undefined) {
      return { name: input.name, type };
    }
    throw invalidRewardModel(
      `The input "${input.name}" of this ONNX model has another form than Winnow gives (whole numbers, texts by tokens).`,
    );
  });
}

/**
 * The inputs of a batch, each `[texts, length]`, padded on the right. In padding the mask is 0, the type 0, and the
 * position goes on.
 */
export function makeFeeds(
  inputs: readonly KnownInput[],
  tensors: TensorClass,
  { texts, length }: { texts: readonly EncodedText[]; length: number },
  { padId, firstPosition }: BatchLayout,
): Record<string, Tensor> {
  const columns = Array.from({ length }, (_, column) => column);
  const fill = (value: (text: EncodedText, column: number) => number) =>
    texts.flatMap((text) => columns.map((column) => value(text, column)));
  const values: Record<string, () => number[]> = {
    input_ids: () => fill(({ ids }, column) => ids[column] ?? padId),
    attention_mask: () => fill(({ ids }, column) => Number(column < ids.length)),
    token_type_ids: () => fill(({ types }, column) => types[column] ?? 0),
    position_ids: () => fill((_, column) => firstPosition + column),
  };
  return Object.fromEntries(
    inputs.map(({ name, type }) => {
      const data = makers[type](values[name]?.() ?? []);
      return [name, new tensors(type, data, [texts.length, length])];
    }),
  );
}
