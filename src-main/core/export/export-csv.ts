/** Exports the stored history as CSV, row by row from the database to the file. */
import {
  csvFormats,
  csvHeader,
  csvRow,
  type CsvFormat,
  type CsvFormatName,
} from '../../domain/csv.ts';
import type { Store } from '../../store/store.ts';
import { candidateColumns } from './candidates-table.ts';
import { checkpointColumns } from './checkpoints-table.ts';
import { runColumns } from './runs-table.ts';
import type { Column } from './table.ts';
import { refuseDatabase } from './target.ts';
import { writeFileWhole } from './write-file.ts';

export const exportKinds = ['runs', 'candidates', 'checkpoints'] as const;
export type ExportKind = (typeof exportKinds)[number];

export interface ExportRequest {
  store: Pick<Store, 'openReader' | 'findRun' | 'path'>;
  what: ExportKind;
  /** One run by its id, a beginning of it, or `last`; the whole history where absent. */
  run?: string;
  file: string;
  /** A format by its name, or one of one's own; `excel` where absent. */
  format?: CsvFormatName | CsvFormat;
  /** Stops the export; nothing is left behind then. */
  signal?: AbortSignal;
  /** Told now and then while rows are written. */
  onProgress?: (rows: number) => void;
}

export interface ExportResult {
  file: string;
  /** Rows without the header. */
  rows: number;
  /** Cells that are longer than Excel shows (32,767 characters); the file holds them whole. */
  cellsTooLongForExcel: number;
  /** More rows than Excel opens (1,048,576 with the header). */
  tooManyRowsForExcel: boolean;
}

/** Excel's limits, as Microsoft publishes them. */
const excelLimits = { rows: 1_048_576, characters: 32_767 };
const rowsBetweenProgress = 500;

/**
 * Writes one file with all of the history, or with one run, as it is at this moment, oldest run first.
 * Throws `run-not-found`, `file-failed` where the file cannot be written or is a database, `cancelled`, and what a store throws.
 */
export async function exportCsv(request: ExportRequest): Promise<ExportResult> {
  const run = request.run === undefined ? undefined : request.store.findRun(request.run).id;
  await refuseDatabase(request.file, request.store.path);
  const reader = await request.store.openReader();
  try {
    switch (request.what) {
      case 'runs':
        return await exportTable(request, runColumns, reader.lanes(run));
      case 'candidates':
        return await exportTable(request, candidateColumns, reader.candidates(run));
      case 'checkpoints':
        return await exportTable(request, checkpointColumns, reader.checkpoints(run));
    }
  } finally {
    reader.close();
  }
}

async function exportTable<Row>(
  request: ExportRequest,
  columns: readonly Column<Row>[],
  rows: Iterable<Row>,
): Promise<ExportResult> {
  const { file, signal, onProgress, format: chosen = 'excel' } = request;
  const format = typeof chosen === 'string' ? csvFormats[chosen] : chosen;
  const result = { file, rows: 0, cellsTooLongForExcel: 0, tooManyRowsForExcel: false };

  function* texts(): Iterable<string> {
    const names = columns.map(([name]) => name);
    yield csvHeader(names, format);
    for (const row of rows) {
      const cells = columns.map(([, cell]) => cell(row));
      result.rows += 1;
      result.cellsTooLongForExcel += cells.filter(isTooLong).length;
      if (result.rows % rowsBetweenProgress === 0) onProgress?.(result.rows);
      yield csvRow(cells, format);
    }
  }

  await writeFileWhole(file, texts(), signal);
  result.tooManyRowsForExcel = result.rows + 1 > excelLimits.rows;
  return result;
}

const isTooLong = (cell: unknown) =>
  typeof cell === 'string' && cell.length > excelLimits.characters;
