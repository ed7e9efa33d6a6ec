/** What is said of the models that lie prepared on the disk. */
import type { PreparedModel } from '../../../src-main/contract/prepared-models.ts';
import * as format from '../../lib/format.ts';

export function preparedWords(models: readonly PreparedModel[]): string {
  if (models.length === 0) return 'No model lies prepared.';
  const all = format.bytes(models.reduce((sum, { bytes }) => sum + bytes, 0));
  const inUse = models.filter((model) => model.inUse).length;
  const used = inUse === 0 ? '' : `, ${inUse} in use until Winnow is closed`;
  return `Prepared models: ${all} (${format.counted(models.length, 'model')}${used}). Each is made again from its file when it is needed.`;
}
