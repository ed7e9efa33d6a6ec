/** Finds the licences that a person looks for. */
import type { LicenceEntry } from '../../../src-main/contract/methods.ts';

/** Those with every word in their name or their licence; all of them where nothing was asked. */
export function searchLicences(entries: readonly LicenceEntry[], search: string): LicenceEntry[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter(({ name, licence }) => {
    const text = `${name} ${licence}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
