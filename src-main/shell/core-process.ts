/**
 * Keeps the core's utility process running. Pages get a port to it and speak to it directly; engines are started when it
 * asks for one. When it dies, a new one is started after a pause and every page gets a new port; when that happens again
 * and again, nothing more is started until a person says so.
 */
import { MessageChannelMain, type MessagePortMain, type WebContents } from 'electron';
import * as v from 'valibot';
import { fromCoreSchema, type ToCore } from '../host/shell-messages.ts';
import { shellChannels } from './channels.ts';
import { startUtility, type Utility, type UtilityExit } from './utility-process.ts';

export interface CoreProcessOptions {
  coreEntry: string;
  engineEntry: string;
  environment: Record<string, string>;
  /** Called at each end that nobody wanted. */
  onDeath: (exit: UtilityExit) => void;
  /** Called when it has died too often in a row, with its last end; `startAgain` tries once more. */
  onGivenUp: (exit: UtilityExit) => void;
}

export interface CoreProcess {
  /** Whether a comparison is running. */
  readonly isComparing: boolean;
  /** Gives a page a port to the core, now and whenever the core is started again. */
  connect(page: WebContents): void;
  startAgain(): void;
  /** Lets it end in order; ends it when it takes too long. */
  close(): Promise<void>;
}

/** The pauses before a new start; after the last one it is given up. */
const pausesMs = [250, 1000, 3000, 8000] as const;
/** One that has run so long had no fault in its start. */
const steadyMs = 30_000;
const longestCloseMs = 3000;

export function startCore(options: CoreProcessOptions): CoreProcess {
  const core = new RestartingCore(options);
  core.startAgain();
  return core;
}

class RestartingCore implements CoreProcess {
  private readonly options: CoreProcessOptions;
  private readonly pages = new Set<WebContents>();
  private readonly engines = new Set<Utility>();
  private core: Utility | null = null;
  isComparing = false;
  private deathsInARow = 0;
  private isClosing = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: CoreProcessOptions) {
    this.options = options;
  }

  connect(page: WebContents): void {
    if (!this.pages.has(page)) {
      this.pages.add(page);
      page.once('destroyed', () => this.pages.delete(page));
    }
    if (this.core !== null) this.givePort(page, this.core);
  }

  startAgain(): void {
    this.deathsInARow = 0;
    if (this.core === null) this.start();
  }

  async close(): Promise<void> {
    this.isClosing = true;
    clearTimeout(this.timer);
    const { core } = this;
    if (core === null) return;
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    core.onExit(() => resolve());
    this.tell(core, { type: 'close' });
    const late = setTimeout(() => {
      core.kill();
      // One that has not even begun is not ended by that, and would be waited for in vain.
      resolve();
    }, longestCloseMs);
    await ended;
    clearTimeout(late);
  }

  private start(): void {
    clearTimeout(this.timer);
    const { coreEntry: entry, environment } = this.options;
    const core = startUtility({ name: 'Winnow core', entry, environment });
    this.core = core;
    this.timer = setTimeout(() => {
      this.deathsInARow = 0;
    }, steadyMs);
    core.onMessage((message) => {
      const checked = v.safeParse(fromCoreSchema, message);
      if (!checked.success) return;
      if (checked.output.type === 'start-engine') this.startEngine(core, checked.output.id);
      else this.isComparing = checked.output.isRunning;
    });
    core.onExit((exit) => this.died(core, exit));
    for (const page of this.pages) this.givePort(page, core);
  }

  private died(core: Utility, exit: UtilityExit): void {
    if (this.core !== core) return;
    this.core = null;
    this.isComparing = false;
    clearTimeout(this.timer);
    // Nobody is left who could speak to them.
    for (const engine of this.engines) engine.kill();
    this.engines.clear();
    if (this.isClosing) return;
    this.options.onDeath(exit);
    const pause = pausesMs[this.deathsInARow];
    this.deathsInARow += 1;
    if (pause === undefined) this.options.onGivenUp(exit);
    else this.timer = setTimeout(() => this.start(), pause);
  }

  private givePort(page: WebContents, core: Utility): void {
    const { port1, port2 } = new MessageChannelMain();
    this.tell(core, { type: 'page' }, port1);
    page.postMessage(shellChannels.port, null, [port2]);
  }

  private startEngine(core: Utility, id: number): void {
    const { engineEntry: entry, environment } = this.options;
    const engine = startUtility({
      name: 'Winnow engine',
      entry,
      // From the process's first moment: see engine/onnxruntime.ts.
      environment: { ...environment, ORT_DISABLE_TELEMETRY: '1' },
    });
    this.engines.add(engine);
    engine.onSpawn(() => {
      // One that had not begun when its core died could not be ended then.
      if (this.core !== core) engine.kill();
      const { pid } = engine;
      if (pid === undefined || this.core !== core) return;
      const { port1, port2 } = new MessageChannelMain();
      engine.post({ type: 'core' }, [port1]);
      this.tell(core, { type: 'engine-started', id, pid }, port2);
    });
    engine.onExit(({ exitCode }) => {
      this.engines.delete(engine);
      if (this.core === core) this.tell(core, { type: 'engine-exited', id, exitCode });
    });
  }

  private tell(core: Utility, message: ToCore, port?: MessagePortMain): void {
    core.post(message, port && [port]);
  }
}
