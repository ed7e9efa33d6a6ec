/** Kills engines and whole applications in the middle of runs, and checks what they leave. */
import Sqlite from 'better-sqlite3';
import { expect } from 'vitest';
import type { CompareProgress } from '../../src-main/core/compare/compare.ts';
import type { LaneEvent } from '../../src-main/contract/events.ts';
import type { RunDetails, RunSettings } from '../../src-main/contract/run.ts';
import { summariseLane } from '../../src-main/domain/lane-summary.ts';
import type { WholeApplication } from './whole-application.ts';

/** What a listener was told of one run. */
export class Witness {
  runId: string | null = null;
  readonly events = new Map<string, LaneEvent[]>();
  private told = 0;
  private readonly onEvent: (told: number, event: LaneEvent) => void;

  /** @param onEvent called with the number of lane events that were told so far, this one included */
  constructor(onEvent: (told: number, event: LaneEvent) => void = () => undefined) {
    this.onEvent = onEvent;
  }

  readonly listen = (progress: CompareProgress): void => {
    if (progress.type === 'run-began') this.runId = progress.run.id;
    if (progress.type !== 'lane-event') return;
    const { strategy, event } = progress;
    this.events.set(strategy, [...(this.events.get(strategy) ?? []), event]);
    this.onEvent(++this.told, event);
  };
}

/** SQLite finds nothing wrong with the file. */
export function expectIntactFile(path: string): void {
  const database = new Sqlite(path, { readonly: true });
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(database.pragma('foreign_key_check')).toEqual([]);
  database.close();
}

/** The stored run is interrupted, and holds every event that was told and what these add up to. */
export function expectKept(run: RunDetails, witness: Witness): void {
  expect(run.status).toBe('interrupted');
  for (const lane of run.lanes) {
    expect(['done', 'interrupted']).toContain(lane.status);
    const told = witness.events.get(lane.strategy) ?? [];
    expect(lane.events.slice(0, told.length)).toEqual(told);
    const { tokensGenerated, candidates } = summariseLane(lane.events, lane.candidates.length);
    expect(lane.tokensGenerated).toBe(tokensGenerated);
    expect(lane.candidates.map(({ tokens }) => tokens)).toEqual(
      candidates.map(({ tokens }) => tokens),
    );
  }
}

/**
 * Runs a comparison while something kills the engine, and checks all that must hold afterwards: the error, the stored
 * run, the file, and that the next run works in the same application.
 */
export async function expectSurvived(
  whole: WholeApplication,
  settings: RunSettings,
  witness: Witness,
): Promise<void> {
  const ending: unknown = await whole
    .compare(settings, { listener: witness.listen })
    .catch((error: unknown) => error);
  // The kill may come too late, or before anything was stored: both are fair, and the next run has to work.
  if (witness.runId !== null) {
    const stored = await whole.application.show(witness.runId);
    if (stored.status === 'done') expect(ending).toMatchObject({ status: 'done' });
    else {
      expect(ending).toMatchObject({ code: 'engine-died' });
      expectKept(stored, witness);
    }
  } else {
    expect(ending).toMatchObject({ code: 'engine-died' });
  }
  expectIntactFile(whole.store.path);
}
