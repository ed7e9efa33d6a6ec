/** What a memory budget holds, as far as it can be said before the models are loaded. */
import type { RunSettings } from '../../../src-main/contract/run.ts';
import { automaticRows } from '../../../src-main/domain/budget.ts';
import * as format from '../../lib/format.ts';

const megabyte = 1_000_000;

export const toMegabytes = (bytes: number): number => Math.round(bytes / 1000) / 1000;
export const toBytes = (megabytes: number): number => Math.round(megabytes * megabyte);

/** @param bytesPerToken cache of one token of one answer; null while it is not known */
export function memoryMeaning(
  { memory, candidates, maxTokens }: Pick<RunSettings, 'memory' | 'candidates' | 'maxTokens'>,
  bytesPerToken: number | null,
): string {
  const atFullLength = 'to their full length at once';
  if (memory === 'auto') {
    const rows = automaticRows(candidates);
    const answers = `${format.counted(rows, 'answer')} ${atFullLength}`;
    const bytes =
      bytesPerToken === null ? '' : `, about ${format.bytes(rows * maxTokens * bytesPerToken)}`;
    return `Holds ${answers}${bytes}.`;
  }
  if (bytesPerToken === null || !(memory > 0))
    return 'For the answers alone; the models come on top.';
  const rows = Math.floor(memory / (bytesPerToken * maxTokens));
  return rows < 1
    ? 'Too little for one answer of this length.'
    : `Holds about ${format.counted(rows, 'answer')} ${atFullLength}.`;
}

/** A number of one's own to begin with: what `auto` would mean, in whole megabytes. */
export function firstOwnMemory(
  { candidates, maxTokens }: Pick<RunSettings, 'candidates' | 'maxTokens'>,
  bytesPerToken: number | null,
): number {
  const bytes = automaticRows(candidates) * maxTokens * (bytesPerToken ?? 0);
  return Math.max(16, Math.ceil(bytes / megabyte)) * megabyte;
}
