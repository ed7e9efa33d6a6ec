/** comparisons.csv: one row per run, with the two strategies that are compared side by side. */
import type { StrategyName } from '../../contract/events.ts';
import type { Vote } from '../../contract/votes.ts';
import type { StoredComparison } from '../../store/export-reader.ts';
import { localTime } from './local-time.ts';
import { schemaVersion, type Column } from './table.ts';

type StoredLane = StoredComparison['lanes'][number];
type CellOf<Row> = Column<Row>[1];

/** A column of one strategy; empty in runs that did not try it. */
function columnOf(
  strategy: StrategyName,
  name: string,
  cell: CellOf<StoredLane>,
): Column<StoredComparison> {
  return [
    `${strategy.replaceAll('-', '_')}_${name}`,
    ({ lanes }) => {
      const found = lanes.find(({ lane }) => lane.strategy === strategy);
      return found === undefined ? null : cell(found);
    },
  ];
}

const judgeColumnOf = (strategy: StrategyName) =>
  columnOf(strategy, 'judge_reward', ({ chosenJudgeReward }) => chosenJudgeReward);

function columnsOf(strategy: StrategyName): Column<StoredComparison>[] {
  const column = (name: string, cell: CellOf<StoredLane>) => columnOf(strategy, name, cell);
  return [
    column('status', ({ lane }) => lane.status),
    column('candidates', ({ candidates }) => candidates),
    column('reward', ({ lane }) => lane.chosen?.reward ?? null),
    column('time_total_ms', ({ lane }) => lane.wallMs),
    column('tokens_generated', ({ lane }) => lane.tokensGenerated),
    column('tokens_thrown_away', ({ lane }) => lane.tokensThrownAway),
    column('peak_cache_bytes', ({ lane }) => lane.peakCacheBytes),
    column('text', ({ chosenText }) => chosenText),
  ];
}

/** The strategy that the vote prefers, or `equal`, or `both-bad`. */
function preferred(vote: Vote | null): string | null {
  if (vote?.choice === 'left') return vote.left;
  return vote?.choice === 'right' ? vote.right : (vote?.choice ?? null);
}

export const comparisonColumns: readonly Column<StoredComparison>[] = [
  ['run_id', ({ run }) => run.id],
  ['started_at_utc', ({ run }) => run.startedAt],
  ['started_local', ({ run }) => localTime(run.startedAt)],
  ['status', ({ run }) => run.status],
  ['prompt', ({ run }) => run.prompt],
  ['generator', ({ run }) => run.generator.name],
  ['reward_model', ({ run }) => run.reward.name],
  ['seed', ({ run }) => run.settings.seed],
  ['hold', ({ run }) => run.settings.hold],
  ['alpha', ({ run }) => run.settings.alpha],
  ['max_tokens', ({ run }) => run.settings.maxTokens],
  ['budget_bytes', ({ run }) => run.budgetBytes],
  ...columnsOf('best-of-n'),
  ...columnsOf('speculative-rejection'),
  ['vote', ({ vote }) => preferred(vote)],
  ['schema_version', () => schemaVersion],
  ['judge_model', ({ run }) => run.judge?.name ?? null],
  judgeColumnOf('best-of-n'),
  judgeColumnOf('speculative-rejection'),
];
