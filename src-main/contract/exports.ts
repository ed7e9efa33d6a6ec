/** What can be exported as CSV (docs/stored-runs.md), and how it is asked for. */
import * as v from 'valibot';

export const exportKinds = ['runs', 'candidates', 'checkpoints', 'votes', 'comparisons'] as const;
export type ExportKind = (typeof exportKinds)[number];

export const csvFormatNames = ['excel', 'excel-regional', 'plain'] as const;
export type CsvFormatName = (typeof csvFormatNames)[number];

/** All runs, those that a search finds, or one. */
export type ExportScope =
  { kind: 'all' } | { kind: 'search'; search: string } | { kind: 'run'; id: string };

export const exportScopeSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('all') }),
  v.strictObject({ kind: v.literal('search'), search: v.pipe(v.string(), v.maxLength(10_000)) }),
  v.strictObject({ kind: v.literal('run'), id: v.string() }),
]) satisfies v.GenericSchema<unknown, ExportScope>;

/**
 * An export that lies ready in the data folder, to be saved by the shell under the name that the person chooses, or to be
 * downloaded from `/exports/<id>`.
 */
export interface ReadyExport {
  id: string;
  /** What to call it: `winnow-runs_2026-03-01_1542.csv`. */
  fileName: string;
  /** Without the header. */
  rows: number;
  bytes: number;
  /** Cells that are longer than Excel shows (32,767 characters); the file holds them whole. */
  cellsTooLongForExcel: number;
  /** More rows than Excel opens. */
  tooManyRowsForExcel: boolean;
}
