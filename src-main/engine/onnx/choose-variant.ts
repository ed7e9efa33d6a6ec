/** Which of the ONNX files of a model is used on a device. */
import type { DeviceName } from '../../contract/engine.ts';
import { WinnowError } from '../../contract/errors.ts';
import type { ExportVariant } from './export-folder.ts';
import { preferredForms } from './export-form.ts';
import { weightsInMemory } from './export-memory.ts';
import { unsupportedExport } from './faults.ts';

/** The share of a machine's memory that a model's weights may take, as for other models. */
const shareForWeights = 0.4;

/**
 * The best variant for a device that this machine's memory holds: not as it is stored, but as it is computed with.
 * @throws model-too-large, and where none can be used, what is wrong with the first
 */
export function chooseVariant(
  { variants, faults }: { variants: readonly ExportVariant[]; faults: readonly WinnowError[] },
  device: DeviceName,
  memoryBytes: number,
): ExportVariant {
  const order = preferredForms(device);
  const ranked = variants
    .map((variant) => ({ variant, needed: weightsInMemory(variant, device) }))
    .sort((one, other) => order.indexOf(one.variant.form) - order.indexOf(other.variant.form));
  const fitting = ranked.find(({ needed }) => needed <= shareForWeights * memoryBytes);
  if (fitting !== undefined) return fitting.variant;
  if (ranked.length === 0) {
    throw faults[0] ?? unsupportedExport('This folder holds no ONNX model that writes text.');
  }
  const weightBytes = Math.min(...ranked.map(({ needed }) => needed));
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new WinnowError(
    'model-too-large',
    `This model needs about ${gigabytes(weightBytes)} of memory for its weights alone; this machine has ${gigabytes(memoryBytes)} in all.`,
    'Choose a smaller model, or one that is stored in fewer bits.',
    { weightBytes, memoryBytes },
  );
}
