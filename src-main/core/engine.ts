/** The engine as the core holds it: the contract's methods, and the means to end it. */
import type { Engine } from '../contract/engine.ts';

export interface StopOutcome {
  /** The process had to be killed: the tokens of the graph run that was under way are lost. */
  killed: boolean;
}

export interface StoppableEngine extends Engine {
  /** Ends the call that is running. Resolves when the processor is free again. */
  stop(): Promise<StopOutcome>;
  /** Frees every loaded model: resolves when the process that held them is gone. The next call starts another. */
  unload(): Promise<void>;
  /** Ends the process. */
  close(): void;
  /** Process id of the running engine, for diagnosis and tests. */
  readonly pid: number | undefined;
}

/** Runs a question that needs no loaded model on an engine. */
export type Inspect = <Result>(
  question: (
    engine: Pick<
      StoppableEngine,
      'devices' | 'checkModel' | 'measureModel' | 'preparedModels' | 'stop'
    >,
  ) => Promise<Result>,
) => Promise<Result>;
