/** A table to export: its columns with the cell that each makes of a row. */
import type { CsvCell } from '../../domain/csv.ts';

export type Column<Row> = readonly [name: string, cell: (row: Row) => CsvCell];

/** Raised when a column is added. Columns are only ever appended. */
export const schemaVersion = 2;

/** What this version does not record yet: an empty field is "not known". */
export const notKnown = () => null;
