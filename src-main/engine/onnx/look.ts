/** A look into a folder with exported decoders: what it is, without loading its weights. */
import type { ModelCheck } from '../../contract/engine.ts';
import { readLicence } from '../folders/licence.ts';
import { describeExport, contextLengthOf, openTokenizer, sizeOf } from './exported-generator.ts';
import { exportMemory } from './export-memory.ts';
import type { ExportFolder } from './export-folder.ts';

export type ExportLook = Pick<
  ModelCheck,
  | 'name'
  | 'sizeBytes'
  | 'architecture'
  | 'licence'
  | 'quantisation'
  | 'contextLength'
  | 'vocabularySize'
  | 'cacheBytesPerToken'
  | 'form'
  | 'memory'
  | 'warnings'
>;

/**
 * Looks at the variant that would be used on the processor.
 * @throws the errors of describeExport and openTokenizer
 */
export async function lookIntoExport(
  found: ExportFolder,
  memoryBytes: number,
): Promise<ExportLook> {
  const described = await describeExport(found, 'cpu', memoryBytes);
  const tokenizer = await openTokenizer(described);
  await tokenizer.close();
  const { folder, config, form, model, shape, geometry } = described;
  return {
    name: folder.name,
    sizeBytes: sizeOf(model),
    architecture: config.architecture,
    licence: await readLicence(folder),
    quantisation: form,
    contextLength: contextLengthOf(config),
    vocabularySize: shape.vocabularySize,
    cacheBytesPerToken: geometry.bytesPerToken,
    form,
    memory: exportMemory(described, geometry, 'cpu'),
    warnings: [...variantWarnings(found, described), ...tokenizer.warnings],
  };
}

type Described = Awaited<ReturnType<typeof describeExport>>;

function variantWarnings({ named, files }: ExportFolder, described: Described): string[] {
  const warnings: string[] = [];
  if (named === null && files.length > 1) {
    const list = new Intl.ListFormat('en').format(files);
    warnings.push(
      `This folder holds the model several times (${list}). Winnow takes ${described.file}; choose one of the files to have another.`,
    );
  }
  if (described.geometry.layout === 'apart') {
    warnings.push(
      'In this form answers that are written together would change each other. So Winnow writes one after the other, which is slow: choose an export in fp32, or one whose products are in 4 bits.',
    );
  }
  if (described.config.contextLength === null) {
    warnings.push(
      'This model does not say how much text it can read; Winnow assumes 2,048 tokens.',
    );
  }
  return warnings;
}
