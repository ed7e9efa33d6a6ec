import type { FoundModel } from '../../contract/methods.ts';
import { sizeOfFile } from './walk.ts';

/**
 * A model with the size of its files. Nothing where one of them is not there, or empty.
 * @param files all that it consists of
 */
export async function describe(
  model: Omit<FoundModel, 'sizeBytes'>,
  files: readonly string[] = [model.path],
): Promise<FoundModel[]> {
  const sizes = await Promise.all(files.map((file) => sizeOfFile(file)));
  if (sizes.some((size) => size === null || size === 0)) return [];
  return [{ ...model, sizeBytes: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0) }];
}
