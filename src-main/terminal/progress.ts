/**
 * Progress on the terminal, a line per strategy. A person's terminal sees the line of the running strategy change in
 * place; a log file gets a new line now and then.
 */
import type { CompareProgress } from '../core/compare/compare.ts';
import type { LoadProgress, ModelRole } from '../contract/engine.ts';
import type { LaneEvent, StrategyName } from '../contract/events.ts';
import { createLaneFold, type LaneFold, type LaneSummary } from '../domain/lane-summary.ts';
import { strategyLabels } from '../domain/strategies/index.ts';
import * as format from './format.ts';
import type { TerminalIo } from './io.ts';

const redrawEveryMs = 200;
const logEveryMs = 5000;
const clearLine = '\r\u001b[2K';

const modelWords: Record<ModelRole, string> = {
  generator: 'the model that writes',
  reward: 'the model that judges',
  judge: 'the model of the second opinion',
};

/** Follows one comparison. */
export class ProgressLines {
  private readonly io: TerminalIo;
  private readonly now: () => number;
  private fold: LaneFold = createLaneFold(0);
  private budgetBytes = 0;
  private strategy: StrategyName | null = null;
  private lastDrawn = -Infinity;
  private loadingShown = '';
  private lastLine = '';
  /** Notices that stand on the terminal already. */
  private readonly told = new Set<string>();

  constructor(io: TerminalIo, now: () => number = () => performance.now()) {
    this.io = io;
    this.now = now;
  }

  /** The listener for a comparison. */
  readonly listen = (progress: CompareProgress): void => {
    switch (progress.type) {
      case 'loading':
        this.showLoading(progress.what, progress.progress.step, progress.progress.fraction);
        break;
      case 'run-began':
        this.budgetBytes = progress.run.budgetBytes;
        this.endLine();
        break;
      case 'lane-began':
        this.strategy = progress.plan.strategy;
        this.fold = createLaneFold(progress.plan.candidates);
        this.lastDrawn = -Infinity;
        break;
      case 'lane-event':
        this.fold.add(progress.event);
        this.tellOfDevice(progress.event);
        if (this.now() - this.lastDrawn >= this.interval) this.draw(false);
        break;
      case 'lane-ended':
        this.draw(true);
        break;
    }
  };

  /** Ends a line that was being redrawn, so that what follows stands on its own. */
  endLine(): void {
    if (this.io.interactive && this.loadingShown !== '') this.io.err(clearLine);
    this.loadingShown = '';
  }

  /** That a device failed is told at once, above the lines of progress, and once for all lanes. */
  private tellOfDevice(event: LaneEvent): void {
    if (event.type !== 'notice' || event.code !== 'device' || this.told.has(event.message)) return;
    this.told.add(event.message);
    this.io.err(`${this.io.interactive ? clearLine : ''}Note: ${event.message}\n`);
  }

  private get interval(): number {
    return this.io.interactive ? redrawEveryMs : logEveryMs;
  }

  private showLoading(what: ModelRole, step: LoadProgress['step'], fraction: number): void {
    const name = modelWords[what];
    const doing: Record<LoadProgress['step'], string> = {
      trying: 'Trying which device is the fastest, only once',
      checking: `Checking ${name}`,
      preparing: `Preparing ${name}`,
      loading: `Loading ${name}`,
    };
    const percent = step === 'preparing' ? ` ${Math.round(fraction * 100)} %` : '';
    const line = `${doing[step]} …`;
    if (this.io.interactive) this.io.err(`${clearLine}${line}${percent}`);
    else if (this.loadingShown !== line) this.io.err(`${line}\n`);
    this.loadingShown = line;
  }

  private draw(last: boolean): void {
    if (this.strategy === null) return;
    this.lastDrawn = this.now();
    const summary = this.fold.summary();
    const whole = progressLine(this.strategy, summary, this.budgetBytes);
    if (!this.io.interactive && whole === this.lastLine) return;
    this.lastLine = whole;
    // A line that is drawn over again must not be broken by the terminal; the last one may.
    const room = this.io.interactive && !last ? this.io.progressColumns - 1 : Infinity;
    const line =
      whole.length <= room
        ? whole
        : shortProgressLine(this.strategy, summary, this.budgetBytes).slice(0, room);
    this.io.err(this.io.interactive ? `${clearLine}${line}${last ? '\n' : ''}` : `${line}\n`);
  }
}

/** `Speculative Rejection   12 writing, 3 finished, 17 stopped · 1,840 tokens · best 2.31 · 14.2 s · 31.0 of 48.0 MB` */
export function progressLine(
  strategy: StrategyName,
  summary: LaneSummary,
  budgetBytes: number,
): string {
  const count = (states: string[]): number =>
    summary.candidates.filter(({ state }) => states.includes(state)).length;
  const parts = [
    `${summary.live.length} writing, ${count(['finished', 'chosen'])} finished, ${count(['rejected'])} stopped`,
    `${format.wholeNumber(summary.tokensGenerated)} tokens`,
    `best ${format.reward(bestSoFar(summary))}`,
    format.duration(summary.wallMs),
    `cache ${format.megabytes(summary.peakCacheBytes)} of ${format.budget(budgetBytes)}`,
  ];
  return `${strategyLabels[strategy].padEnd(22)} ${parts.join(' · ')}`;
}

/** The same for 80 columns: `Speculative Rejection 12 alive · 1,840 tokens · best 2.31 · 14.2 s · 31/48 MB` */
export function shortProgressLine(
  strategy: StrategyName,
  summary: LaneSummary,
  budgetBytes: number,
): string {
  const parts = [
    `${summary.live.length} alive`,
    `${format.wholeNumber(summary.tokensGenerated)} tokens`,
    `best ${format.reward(bestSoFar(summary))}`,
    format.duration(summary.wallMs),
    `${Math.round(summary.peakCacheBytes / 1e6)}/${Math.ceil(budgetBytes / 1e6)} MB`,
  ];
  return `${strategyLabels[strategy]} ${parts.join(' · ')}`;
}

/** The highest final reward; before any answer is finished the highest of the unfinished ones; null before that. */
function bestSoFar({ candidates }: LaneSummary): number | null {
  const final = candidates.filter(({ state }) => state === 'finished' || state === 'chosen');
  const partial = candidates.map(({ partialRewards }) => partialRewards.at(-1)?.reward ?? null);
  return highest(final.map(({ reward }) => reward)) ?? highest(partial);
}

function highest(rewards: (number | null)[]): number | null {
  const scored = rewards.filter((reward) => reward !== null);
  return scored.length === 0 ? null : Math.max(...scored);
}
