/** The JSON document of a run, as scripts read it. Its form is documented in docs/command-line.md and only ever grows. */
import type { LaneDetails, RunDetails } from '../contract/run.ts';
import type { RoundEvent } from '../contract/events.ts';
import { secondOpinion } from '../domain/second-opinion.ts';

/** One run with its lanes, candidates and decisions, as a value for `JSON.stringify`. */
export function runDocument(run: RunDetails): object {
  const { sampling, ...settings } = run.settings;
  return {
    run: {
      id: run.id,
      status: run.status,
      prompt: run.prompt,
      seed: run.settings.seed,
      settings: { ...settings, ...sampling },
      device: run.generator.device,
      generator: run.generator,
      reward: run.reward,
      judge: run.judge,
      budgetBytes: run.budgetBytes,
      startedAt: run.startedAt,
      endedAt: run.endedAt,
      appVersion: run.appVersion,
      cpu: run.cpu,
      error: run.error,
    },
    lanes: lanesInOrder(run).map(laneDocument),
  };
}

function laneDocument(lane: LaneDetails): object {
  return {
    strategy: lane.strategy,
    status: lane.status,
    chosen: chosenDocument(lane),
    tokensGenerated: lane.tokensGenerated,
    tokensThrownAway: lane.tokensThrownAway,
    tokensScored: lane.tokensScored,
    wallMs: lane.wallMs,
    timeMs: lane.timeMs,
    peakCacheBytes: lane.peakCacheBytes,
    rounds: lane.events.filter(isRound).map(({ position, live, cutoff, rejected }) => ({
      position,
      live,
      cutoff,
      rejected,
    })),
    notices: lane.events.flatMap((event) =>
      event.type === 'notice' ? [{ code: event.code, message: event.message }] : [],
    ),
    secondOpinion: secondOpinion(lane),
    candidates: lane.candidates.map(
      ({ index, state, finish, tokens, reward, judgeReward, text, rejectedAt }) => ({
        index,
        state,
        finish,
        tokens,
        reward,
        judgeReward,
        text,
        rejectedAt,
      }),
    ),
  };
}

function chosenDocument(lane: LaneDetails): object | null {
  const { chosen } = lane;
  if (chosen === null) return null;
  const candidate = lane.candidates.find(({ index }) => index === chosen.index);
  return { index: chosen.index, reward: chosen.reward, text: candidate?.text ?? '' };
}

/** The lanes in the order of the settings; which of them ran first alternates between runs. */
export function lanesInOrder(run: RunDetails): LaneDetails[] {
  const place = (lane: LaneDetails): number => run.settings.strategies.indexOf(lane.strategy);
  return run.lanes.toSorted((a, b) => place(a) - place(b));
}

function isRound(event: { type: string }): event is RoundEvent {
  return event.type === 'round';
}
