/** Which runs a question is about, in SQL. Hidden runs are never meant. */
import type { ExportScope } from '../contract/exports.ts';
import { searchable } from './search.ts';

const conditions: Record<ExportScope['kind'], string> = {
  all: 'run.deleted_at IS NULL',
  search: 'run.deleted_at IS NULL AND text_holds(run.prompt, @search)',
  run: 'run.deleted_at IS NULL AND run.id = @run',
};

/** The condition that the rows of `run` meet. */
export const runsWithin = (kind: ExportScope['kind']): string => conditions[kind];

/** The values that the condition names. */
export function scopeValues(scope: ExportScope): { run?: string; search?: string } {
  switch (scope.kind) {
    case 'all':
      return {};
    case 'search':
      return { search: searchable(scope.search) };
    case 'run':
      return { run: scope.id };
  }
}
