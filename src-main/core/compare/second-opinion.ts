/**
 * Lets the second reward look at a lane's finished answers, after the lane's clock has stopped. It changes no result: where
 * it fails the lane keeps its choice, and a notice says what is missing.
 */
import type { ScoredCandidate } from '../../contract/engine.ts';
import { cancelled, toErrorRecord } from '../../contract/errors.ts';
import type { LaneEvent, NoticeCode } from '../../contract/events.ts';
import type { LaneSummary } from '../../domain/lane-summary.ts';
import { rankByReward } from '../../domain/ranking.ts';
import type { StoppableEngine } from '../engine.ts';

/** So many answers are judged and recorded at once: what was judged before a stop is kept, the best answers first. */
const answersAtOnce = 16;

/**
 * Judges the finished answers of a lane, the best first.
 * @param at when the lane's clock stopped
 * @returns whether the engine died over it, and took the lane along
 * @throws cancelled when the signal is aborted; what `emit` throws
 */
export async function giveSecondOpinion(
  { engine, signal }: { engine: Pick<StoppableEngine, 'judge'>; signal: AbortSignal },
  { candidates }: LaneSummary,
  at: number,
  emit: (event: LaneEvent) => void,
): Promise<boolean> {
  const notice = (code: NoticeCode, message: string): void =>
    emit({ type: 'notice', at, code, message });
  const finished = candidates.filter(({ state }) => state === 'finished' || state === 'chosen');
  const inOrder = rankByReward(finished).map(({ index }) => index);
  let cut = 0;
  for (let first = 0; first < inOrder.length; first += answersAtOnce) {
    const judged = await judgeSome(engine, inOrder.slice(first, first + answersAtOnce), signal);
    if ('fault' in judged) {
      const { code, message } = toErrorRecord(judged.fault);
      const missing = `${inOrder.length - first} of ${inOrder.length} answers have no second opinion`;
      if (code !== 'cancelled') notice('judge-failed', `${missing}. ${message}`);
      if (code === 'cancelled') throw judged.fault;
      return code === 'engine-died';
    }
    const { scores, scoreMs } = judged;
    cut += scores.filter((score) => score.cut).length;
    emit({ type: 'judged', at, scores, judgeMs: scoreMs });
  }
  if (cut > 0) {
    notice(
      'judge-window',
      `The second opinion could not read ${cut} of ${inOrder.length} answers whole: they are too long for its model.`,
    );
  }
  return false;
}

type Judged = { scores: ScoredCandidate[]; scoreMs: number } | { fault: unknown };

async function judgeSome(
  engine: Pick<StoppableEngine, 'judge'>,
  candidates: number[],
  signal: AbortSignal,
): Promise<Judged> {
  if (signal.aborted) return { fault: cancelled() };
  return engine.judge(candidates).catch((fault: unknown) => ({ fault }));
}
