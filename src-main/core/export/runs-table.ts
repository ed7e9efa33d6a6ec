/** runs.csv: one row per lane. */
import type { RunSettings } from '../../contract/run.ts';
import type { Vote } from '../../contract/votes.ts';
import { strategies } from '../../domain/strategies/index.ts';
import type { StoredLane } from '../../store/export-reader.ts';
import { localTime } from './local-time.ts';
import { notKnown, schemaVersion, type Column } from './table.ts';
import { joinedReasons } from './votes-table.ts';

const settingsOf = ({ run }: StoredLane): RunSettings => run.settings;

/** How this lane's strategy draws its tokens: greedy, for one, has its own temperature. */
const samplingOf = ({ run, lane }: StoredLane) =>
  strategies[lane.strategy].sampling(run.settings.sampling);

/** Only Speculative Rejection stops answers, so only it has an alpha and decisions. */
const stopsAnswers = ({ lane }: StoredLane) => lane.strategy === 'speculative-rejection';

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** The sample's standard deviation (n - 1); not known of fewer than two values. */
function standardDeviation(values: readonly number[]): number | null {
  const centre = mean(values);
  if (centre === null || values.length < 2) return null;
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** The side on which a vote showed this lane's answer; null where it was about other lanes. */
function sideOf({ lane, vote }: StoredLane): 'left' | 'right' | null {
  if (vote?.left === lane.strategy) return 'left';
  return vote?.right === lane.strategy ? 'right' : null;
}

const voteOf = (row: StoredLane): Vote | null => (sideOf(row) === null ? null : row.vote);

/** What the vote says of this lane's answer. */
function verdictOf(row: StoredLane): 'won' | 'lost' | 'equal' | 'both-bad' | null {
  const choice = voteOf(row)?.choice;
  if (choice === 'left' || choice === 'right') return choice === sideOf(row) ? 'won' : 'lost';
  return choice === 'equal' || choice === 'both-bad' ? choice : null;
}

export const runColumns: readonly Column<StoredLane>[] = [
  ['run_id', ({ run }) => run.id],
  ['lane_id', ({ lane }) => lane.id],
  ['started_at_utc', ({ run }) => run.startedAt],
  ['started_local', ({ run }) => localTime(run.startedAt)],
  ['strategy', ({ lane }) => lane.strategy],
  ['prompt', ({ run }) => run.prompt],
  ['prompt_set', notKnown],
  ['prompt_index', notKnown],
  ['generator', ({ run }) => run.generator.name],
  ['generator_revision', ({ run }) => run.generator.contentHash],
  ['quantisation', ({ run }) => run.generator.quantisation],
  ['reward_model', ({ run }) => run.reward.name],
  ['reward_revision', ({ run }) => run.reward.contentHash],
  ['candidates', ({ candidates }) => candidates],
  ['alpha', (row) => (stopsAnswers(row) ? settingsOf(row).alpha : null)],
  ['decisions', (row) => (stopsAnswers(row) ? row.rounds : null)],
  ['max_tokens', (row) => settingsOf(row).maxTokens],
  ['temperature', (row) => samplingOf(row).temperature],
  ['top_p', (row) => samplingOf(row).topP],
  ['top_k', (row) => samplingOf(row).topK],
  ['min_p', (row) => samplingOf(row).minP],
  ['repetition_penalty', (row) => samplingOf(row).repetitionPenalty],
  ['seed', (row) => settingsOf(row).seed],
  ['hold', (row) => settingsOf(row).hold],
  ['budget_bytes', ({ run }) => run.budgetBytes],
  ['status', ({ lane }) => lane.status],
  ['error', ({ run }) => run.error?.message ?? null],
  ['best_text', ({ chosenText }) => chosenText],
  ['best_reward', ({ lane }) => lane.chosen?.reward ?? null],
  ['mean_reward', ({ rewards }) => mean(rewards)],
  ['reward_std', ({ rewards }) => standardDeviation(rewards)],
  ['candidates_finished', ({ finished }) => finished],
  ['candidates_rejected', ({ rejected }) => rejected],
  ['tokens_generated', ({ lane }) => lane.tokensGenerated],
  ['tokens_thrown_away', ({ lane }) => lane.tokensThrownAway],
  ['tokens_scored', ({ lane }) => lane.tokensScored],
  ['time_total_ms', ({ lane }) => lane.wallMs],
  ['time_first_token_ms', ({ lane }) => lane.timeFirstTokenMs],
  ['time_prompt_ms', ({ lane }) => lane.timeMs.prompt],
  ['time_write_ms', ({ lane }) => lane.timeMs.write],
  ['time_score_ms', ({ lane }) => lane.timeMs.score],
  ['time_wait_ms', ({ lane }) => lane.timeMs.wait],
  ['peak_cache_bytes', ({ lane }) => lane.peakCacheBytes],
  ['device', ({ run }) => run.generator.device],
  ['cpu', ({ run }) => run.cpu],
  ['app_version', ({ run }) => run.appVersion],
  ['tags', notKnown],
  ['note', notKnown],
  ['vote', verdictOf],
  ['vote_reasons', (row) => joinedReasons(voteOf(row))],
  ['vote_comment', (row) => voteOf(row)?.comment ?? null],
  ['vote_blind', (row) => voteOf(row)?.blind ?? null],
  ['vote_side', sideOf],
  ['schema_version', () => schemaVersion],
  ['judge_model', ({ run }) => run.judge?.name ?? null],
  ['judge_revision', ({ run }) => run.judge?.contentHash ?? null],
  ['judge_device', ({ run }) => run.judge?.device ?? null],
  ['best_judge_reward', ({ chosenJudgeReward }) => chosenJudgeReward],
  ['reward_device', ({ run }) => run.reward.device],
  ['generator_form', ({ run }) => run.generator.form],
];
