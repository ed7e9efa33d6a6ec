import type { SamplingSettings } from '../../contract/engine.ts';
import { graphInputs } from '../graph/decode-inputs.ts';
import { samplingInputs } from '../graph/sampler.ts';
import type { loadOnnxRuntime, Tensor } from '../onnxruntime.ts';

type TensorMaker = Awaited<ReturnType<typeof loadOnnxRuntime>>['Tensor'];

export interface SamplingRequest {
  sampling: SamplingSettings;
  logProbabilities: boolean;
  /** For each row its prompt and answer so far; read only where a repetition penalty is set. */
  seen: readonly (readonly number[])[];
}

/** The inputs that tell the graph's sampler how to draw. */
export function samplingFeeds(
  TensorClass: TensorMaker,
  vocabularySize: number,
  { sampling, logProbabilities, seen }: SamplingRequest,
): Record<string, Tensor> {
  const number = (value: number) => new TensorClass('float32', [value], []);
  const flag = (value: boolean) => new TensorClass('bool', [value], []);
  const { temperature, topK, topP, minP, repetitionPenalty } = sampling;
  const penalised = repetitionPenalty !== 1;
  const topKUsed = topK > 0 && topK < vocabularySize;
  // Smaller numbers would leave the range of fp32; both limits mean: the likeliest token.
  const inverse = temperature === 0 ? 1 : Math.min(1 / temperature, 1e9);
  // A penalty changes the model's own logits, so then the temperature comes after it; else before the last product,
  // where there are fewer numbers to divide.
  const hiddenScale = penalised ? 1 : inverse;
  const seenRows = penalised ? seen.map((ids) => [...ids]) : seen.map(() => []);
  const seenIds = BigInt64Array.from(seenRows.flat(), BigInt);
  return {
    [samplingInputs.plain]: flag(!penalised && !topKUsed && topP >= 1 && minP <= 0),
    [samplingInputs.greedy]: flag(temperature === 0),
    [samplingInputs.penalised]: flag(penalised),
    [samplingInputs.penalty]: number(repetitionPenalty),
    [samplingInputs.logitScale]: number(penalised ? inverse : 1),
    [samplingInputs.rawScale]: number(1 / hiddenScale),
    [samplingInputs.topKUsed]: flag(topKUsed),
    [samplingInputs.topK]: new TensorClass('int64', [BigInt(topKUsed ? topK : 1)], [1]),
    [samplingInputs.topPUsed]: flag(topP < 1),
    [samplingInputs.topP]: number(Math.max(topP, 1e-30)),
    [samplingInputs.minP]: number(minP),
    [samplingInputs.logProbabilities]: flag(logProbabilities),
    [graphInputs.hiddenScale]: number(hiddenScale),
    [graphInputs.seen]: new TensorClass('int64', seenIds, [
      seenRows.length,
      seenRows[0]?.length ?? 0,
    ]),
  };
}
