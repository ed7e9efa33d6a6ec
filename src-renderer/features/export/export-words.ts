/** What the export dialog says of each file and format. */
import type { CsvFormatName, ExportKind, ReadyExport } from '../../../src-main/contract/exports.ts';
import { counted } from '../../lib/format.ts';

export const kindWords: Record<ExportKind, { label: string; text: string; row: string }> = {
  runs: {
    label: 'Runs',
    text: 'One row for each strategy in a run: settings, score, times, tokens, memory, your vote.',
    row: 'row',
  },
  comparisons: {
    label: 'Comparisons, side by side',
    text: 'One row for each run, with both strategies beside each other: good for slides.',
    row: 'row',
  },
  candidates: {
    label: 'Answers',
    text: 'One row for each answer: how it ended, its score, its text.',
    row: 'row',
  },
  checkpoints: {
    label: 'Scores of unfinished answers',
    text: 'One row for each answer at each check.',
    row: 'row',
  },
  votes: { label: 'Votes', text: 'One row for each vote: choice, reasons, note.', row: 'row' },
};

export const formatWords: Record<CsvFormatName, { label: string; text: string }> = {
  excel: { label: 'Excel and other spreadsheets', text: 'Commas between cells, 1.25' },
  'excel-regional': {
    label: 'Excel where one writes 1,25',
    text: 'Semicolons between cells, decimal commas',
  },
  plain: { label: 'Other tools', text: 'The same without the mark that Excel needs' },
};

/** Excel wants semicolons where people write a decimal comma. */
export function usualFormat(locale?: string): CsvFormatName {
  const decimal = new Intl.NumberFormat(locale)
    .formatToParts(1.5)
    .find(({ type }) => type === 'decimal');
  return decimal?.value === ',' ? 'excel-regional' : 'excel';
}

/** What a person should know of a file before opening it in Excel; null where there is nothing. */
export function excelWarning(ready: ReadyExport): string | null {
  if (ready.tooManyRowsForExcel) {
    return 'That is more rows than Excel opens (1,048,576): it would show only the first ones. The file holds them all.';
  }
  if (ready.cellsTooLongForExcel > 0) {
    const cells = counted(ready.cellsTooLongForExcel, 'cell');
    return `${cells} longer than Excel shows (32,767 characters): it would cut them. The file holds them whole.`;
  }
  return null;
}
