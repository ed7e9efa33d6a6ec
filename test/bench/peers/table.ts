/** The rows as a table for a terminal that also is one in Markdown. */
import { isWinnowEngine } from './forms.ts';
import type { PeerRow } from './summary.ts';

export function peerTable(rows: readonly PeerRow[]): string {
  const ours = rows.find(({ engine }) => isWinnowEngine(engine))?.engine ?? 'winnow';
  const titles = [
    'candidates',
    'tokens',
    'engine',
    'tokens/s',
    'all turns',
    `${ours} is`,
    'chosen answer after',
    'peak memory',
  ];
  const cells = [titles, ...rows.map(cellsOf)];
  const widths = titles.map((_, column) =>
    Math.max(...cells.map((line) => line[column]?.length ?? 0)),
  );
  const lines = cells.map(
    (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function cellsOf(row: PeerRow): string[] {
  const { timesFaster, chosenMs } = row;
  return [
    String(row.n),
    String(row.tokens),
    row.engine,
    rounded(row.tokensPerSecond),
    row.turns.map(rounded).join(', '),
    timesFaster === null ? '' : `${timesFaster.toFixed(2)} times`,
    chosenMs === null ? '' : `${(chosenMs / 1000).toFixed(1)} s`,
    `${Math.round(row.peakBytes / 1e6)} MB`,
  ];
}

function rounded(rate: number): string {
  return rate.toFixed(rate < 100 ? 1 : 0);
}
