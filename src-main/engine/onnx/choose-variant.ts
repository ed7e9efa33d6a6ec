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
 * The variants that this machine's memory holds, not as they are stored, but as they are computed with; the best for the
 * device first.
 * @throws model-too-large, and where none can be used, what is wrong with the first
 */
export function rankVariants(
  { variants, faults }: { variants: readonly ExportVariant[]; faults: readonly WinnowError[] },
  device: DeviceName,
  memoryBytes: number,
): [ExportVariant, ...ExportVariant[]] {
  const order = preferredForms(device);
  const ranked = variants
    .map((variant) => ({ variant, needed: weightsInMemory(variant, device) }))
    .sort((one, other) => order.indexOf(one.variant.form) - order.indexOf(other.variant.form));
  const [best, ...others] = ranked.filter(({ needed }) => needed <= shareForWeights * memoryBytes);
  if (best !== undefined) return [best.variant, ...others.map(({ variant }) => variant)];
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

/**
 * Loads the first variant that the device can run: cards without 16-bit numbers run the others. One that fails gives way
 * to the next, and the model says so; a device that was lost runs none.
 * @throws what `load` throws; of several failures of the device the first
 */
export async function loadFirst<
  Variant extends { file: string },
  Model extends { facts: { notices?: string[] } },
>(
  variants: readonly [Variant, ...Variant[]],
  load: (variant: Variant) => Promise<Model>,
): Promise<Model> {
  let first: WinnowError | null = null;
  for (const variant of variants) {
    try {
      const model = await load(variant);
      if (first !== null) {
        const notice = `The device could not run ${variants[0].file}, so Winnow took ${variant.file} instead.`;
        model.facts.notices = [...(model.facts.notices ?? []), notice];
      }
      return model;
    } catch (error) {
      if (!(error instanceof WinnowError) || error.code !== 'device-failed') throw error;
      first ??= error;
      if (error.details['lost'] === true) break;
    }
  }
  throw first ?? new RangeError('no variant was given');
}
