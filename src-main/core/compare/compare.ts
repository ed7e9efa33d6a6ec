/** The use case that Winnow is for: one prompt, several strategies, one after the other, everything recorded. */
import type { GeneratorFacts, LoadProgress, ModelRole } from '../../contract/engine.ts';
import { cancelled, toErrorRecord, WinnowError } from '../../contract/errors.ts';
import type { LaneEvent, RunStatus, StrategyName } from '../../contract/events.ts';
import type { LanePlan, RunDetails, RunRecord, RunSettings } from '../../contract/run.ts';
import { answerRoom } from '../../domain/answer-room.ts';
import type { CacheBudget } from '../../domain/budget.ts';
import { cacheCost } from '../../domain/cache-cost.ts';
import type { LaneSummary } from '../../domain/lane-summary.ts';
import { budgetBytesOf, fullestLane, laneSettings, planLanes } from '../../domain/plan.ts';
import { checkPrompt } from '../../domain/prompt.ts';
import { newRunId } from '../../store/ids.ts';
import type { Store } from '../../store/store.ts';
import {
  afterCrashWhileLoading,
  afterDeviceFailure,
  deviceNotices,
  type OtherDevices,
} from './device-failure.ts';
import { ignoringFaults } from './ignoring-faults.ts';
import { runLane } from './lane-run.ts';
import {
  devicesFor,
  loadModels,
  type ComparisonDevices,
  type LoadModelsParts,
} from './load-models.ts';
import { statusAfter } from './run-status.ts';
import { settingNotices, settingsAsUsed, type SettingNotice } from './settings-as-used.ts';

export interface CompareRequest {
  prompt: string;
  settings: RunSettings;
}

/** What a listener is told while a comparison runs. */
export type CompareProgress =
  | { type: 'loading'; what: ModelRole; progress: LoadProgress }
  | { type: 'run-began'; run: RunRecord; lanes: LanePlan[] }
  | { type: 'lane-began'; plan: LanePlan }
  | { type: 'lane-event'; strategy: StrategyName; event: LaneEvent }
  | { type: 'lane-ended'; strategy: StrategyName; status: RunStatus };

export interface CompareDependencies extends LoadModelsParts {
  store: Store;
  appVersion: string;
  /** Processor name and number of cores. */
  cpu: string;
  /** Milliseconds that only grow. */
  clock: () => number;
}

/**
 * Runs a comparison and stores it as it happens. Where a device fails in its middle, it begins anew on the processor, as
 * another run.
 * @returns the stored run, done or cancelled
 * @throws before anything is stored: faults of the prompt, the settings, the models, budget-too-small. Later: what went
 *   wrong, after the run was stored as failed or interrupted
 */
export async function compare(
  dependencies: CompareDependencies,
  request: CompareRequest,
  listener: (progress: CompareProgress) => void,
  signal: AbortSignal,
): Promise<RunDetails> {
  const stop = (): void => void dependencies.engine.stop();
  signal.addEventListener('abort', stop);
  try {
    if (signal.aborted) throw cancelled();
    const prepared = await prepareSomewhere(dependencies, request, listener, signal);
    if (signal.aborted) throw cancelled();
    try {
      return await runLanes(dependencies, prepared, listener, signal);
    } catch (error) {
      const other = signal.aborted ? null : afterDeviceFailure(error, prepared.run);
      if (other === null) throw error;
      const anew = await prepare(dependencies, request, listener, other);
      if (signal.aborted) throw cancelled();
      return await runLanes(dependencies, anew, listener, signal);
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

interface PreparedRun {
  run: RunRecord;
  notices: SettingNotice[];
  budget: CacheBudget;
  plans: LanePlan[];
}

/** On the devices that were asked for or chosen; on the processor where those take the engine along while models are loaded. */
async function prepareSomewhere(
  dependencies: CompareDependencies,
  request: CompareRequest,
  listener: (progress: CompareProgress) => void,
  signal: AbortSignal,
): Promise<PreparedRun> {
  const { prompt, settings } = request;
  checkPrompt(prompt);
  checkJudge(settings);
  const devices = await devicesFor(dependencies, settings, listener, signal);
  try {
    return await prepare(dependencies, request, listener, { devices });
  } catch (error) {
    const other = signal.aborted ? null : afterCrashWhileLoading(error, devices);
    if (other === null) throw error;
    return prepare(dependencies, request, listener, other);
  }
}

/** @param where the devices, and what to tell of them where others have failed */
async function prepare(
  dependencies: CompareDependencies,
  { prompt, settings }: CompareRequest,
  listener: (progress: CompareProgress) => void,
  where: { devices: ComparisonDevices } | OtherDevices,
): Promise<PreparedRun> {
  const { engine, store } = dependencies;
  const models = await loadModels(dependencies, settings, where.devices, listener);
  const { generator } = models;
  const promptTokens = await engine.countPromptTokens({ prompt, maxTokens: settings.maxTokens });
  const budget = budgetBeside(promptTokens, settings, generator);
  const plans = planLanes(settings, budget, isOtherWayRound(store, settings));
  await engine.requireMemory(fullestLane(plans, budget));
  const used = settingsAsUsed(settings, budget.maxTokens);
  const notices = [
    ...('notice' in where ? [where.notice] : []),
    ...deviceNotices(Object.values(models)),
    ...settingNotices(settings, used, promptTokens, generator),
  ];
  const run: RunRecord = {
    id: newRunId(),
    prompt,
    status: 'running',
    settings: used,
    startedAt: new Date().toISOString(),
    endedAt: null,
    ...models,
    budgetBytes: budget.budgetBytes,
    appVersion: dependencies.appVersion,
    cpu: dependencies.cpu,
    error: null,
  };
  return { run, notices, budget, plans };
}

/** What the lanes may hold and write beside a prompt. */
function budgetBeside(
  promptTokens: number,
  settings: RunSettings,
  { cache, contextLength }: GeneratorFacts,
): CacheBudget {
  const maxTokens = answerRoom(promptTokens, contextLength, settings.maxTokens);
  const cost = cacheCost(cache, promptTokens);
  return { budgetBytes: budgetBytesOf(settings, maxTokens, cost), maxTokens, cost };
}

/** A model that agrees with itself says nothing. */
function checkJudge({ reward, judge }: RunSettings): void {
  if (judge !== reward) return;
  throw new WinnowError(
    'setting-invalid',
    'The second opinion would come from the model that decides already.',
    'Choose another reward model for the second opinion, or none.',
  );
}

/** The order of the lanes alternates between runs, so that neither strategy always meets a warm processor. */
function isOtherWayRound(store: Store, settings: RunSettings): boolean {
  const first = store.listRuns({ limit: 1 })[0]?.lanes.find(({ order }) => order === 0);
  return first !== undefined && first.strategy === settings.strategies[0];
}

async function runLanes(
  dependencies: CompareDependencies,
  prepared: PreparedRun,
  listener: (progress: CompareProgress) => void,
  signal: AbortSignal,
): Promise<RunDetails> {
  const { store } = dependencies;
  const { run, budget, plans } = prepared;
  store.createRun(run);
  listener({ type: 'run-began', run, lanes: plans });
  const finished: { strategy: StrategyName; summary: LaneSummary }[] = [];
  try {
    for (const plan of plans) {
      if (signal.aborted) throw cancelled();
      const settings = laneSettings(plan, run.settings, budget, finished);
      const summary = await storedLane(dependencies, prepared, plan, settings, listener, signal);
      finished.push({ strategy: plan.strategy, summary });
    }
  } catch (error) {
    const status = statusAfter(error);
    if (status !== 'cancelled') {
      const { code, message } = toErrorRecord(error);
      ignoringFaults(() => endRun(store, run.id, status, { code, message }));
      throw error;
    }
    endRun(store, run.id, status, null);
    return detailsOf(store, run.id);
  }
  endRun(store, run.id, 'done', null);
  return detailsOf(store, run.id);
}

async function storedLane(
  { engine, store, clock }: CompareDependencies,
  { run, notices }: PreparedRun,
  plan: LanePlan,
  settings: ReturnType<typeof laneSettings>,
  listener: (progress: CompareProgress) => void,
  signal: AbortSignal,
): Promise<LaneSummary> {
  const { strategy, order, candidates } = plan;
  const laneId = store.beginLane({ runId: run.id, strategy, order, candidates });
  listener({ type: 'lane-began', plan });
  const end = (status: RunStatus): void => {
    store.endLane(laneId, status);
    listener({ type: 'lane-ended', strategy, status });
  };
  try {
    const summary = await runLane({
      engine,
      generator: run.generator,
      prompt: run.prompt,
      seed: run.settings.seed,
      plan,
      settings,
      logProbabilities: [run.reward, run.judge].some((facts) => facts?.kind === 'likelihood'),
      judging: run.judge !== null,
      notices,
      clock,
      signal,
      emit: (event) => {
        store.appendLaneEvents(laneId, [event]);
        listener({ type: 'lane-event', strategy, event });
      },
    });
    end('done');
    return summary;
  } catch (error) {
    ignoringFaults(() => end(statusAfter(error)));
    throw error;
  }
}

function endRun(
  store: Store,
  id: string,
  status: RunStatus,
  error: { code: ReturnType<typeof toErrorRecord>['code']; message: string } | null,
): void {
  store.endRun(id, { status, endedAt: new Date().toISOString(), error });
}

function detailsOf(store: Store, id: string): RunDetails {
  const details = store.getRun(id);
  if (details !== undefined) return details;
  throw new WinnowError(
    'run-not-found',
    'The run was deleted before it could be shown.',
    'Run it again.',
  );
}
