/** Exports the stored history as CSV, row by row from the database to the file. */
import type { CsvFormatName, ExportKind, ExportScope } from '../../contract/exports.ts';
import { csvFormats, csvHeader, csvRow, type CsvFormat } from '../../domain/csv.ts';
import type { StoreReader } from '../../store/export-reader.ts';
import type { Store } from '../../store/store.ts';
import { candidateColumns } from './candidates-table.ts';
import { checkpointColumns } from './checkpoints-table.ts';
import { comparisonColumns } from './comparisons-table.ts';
import { runColumns } from './runs-table.ts';
import type { Column } from './table.ts';
import { refuseDatabase } from './target.ts';
import { voteColumns } from './votes-table.ts';
import { writeFileWhole } from './write-file.ts';

export interface ExportRequest {
  store: Pick<Store, 'openReader' | 'findRun' | 'path'>;
  what: ExportKind;
  /** The whole history where absent. One run may be named by its id, a beginning of it, or `last`. */
  scope?: ExportScope;
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
 * Writes one file with the runs that the scope names, as they are at this moment, oldest run first.
 * Throws `run-not-found`, `file-failed` where the file cannot be written or is a database, `cancelled`, and what a store throws.
 */
export async function exportCsv(request: ExportRequest): Promise<ExportResult> {
  const scope = wholeId(request);
  await refuseDatabase(request.file, request.store.path);
  const reader = await request.store.openReader();
  try {
    return await exportFrom(reader, request, scope);
  } finally {
    reader.close();
  }
}

function wholeId({ store, scope = { kind: 'all' } }: ExportRequest): ExportScope {
  return scope.kind === 'run' ? { kind: 'run', id: store.findRun(scope.id).id } : scope;
}

function exportFrom(
  reader: StoreReader,
  request: ExportRequest,
  scope: ExportScope,
): Promise<ExportResult> {
  switch (request.what) {
    case 'runs':
      return exportTable(request, runColumns, reader.lanes(scope));
    case 'candidates':
      return exportTable(request, candidateColumns, reader.candidates(scope));
    case 'checkpoints':
      return exportTable(request, checkpointColumns, reader.checkpoints(scope));
    case 'votes':
      return exportTable(request, voteColumns, reader.votes(scope));
    case 'comparisons':
      return exportTable(request, comparisonColumns, reader.comparisons(scope));
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
