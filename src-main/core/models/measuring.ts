/** Measures how fast models are, one at a time, and ends at once where something else needs the processor's clock. */
import { cancelled } from '../../contract/errors.ts';
import type { MeasureProgress, MeasureRequest, ModelSpeed } from '../../contract/model-speed.ts';
import type { Inspect } from '../engine.ts';

export interface Measuring {
  /**
   * Loads a model and lets it work for some seconds; a measurement that is under way is stopped first.
   * @throws cancelled where it was stopped; the errors of loading a model
   */
  measure(
    request: MeasureRequest,
    listener: (progress: MeasureProgress) => void,
    signal?: AbortSignal,
  ): Promise<ModelSpeed>;
  /** Resolves when the processor is free again; at once where nothing is measured. */
  stop(): Promise<void>;
}

/** @param inspect gives the engine that loads the model */
export function createMeasuring(inspect: Inspect): Measuring {
  let current: { controller: AbortController; ended: Promise<unknown> } | null = null;
  const stop = async (): Promise<void> => {
    current?.controller.abort();
    await current?.ended;
  };
  return {
    stop,
    async measure(request, listener, signal) {
      const controller = new AbortController();
      const signals = [controller.signal, ...(signal === undefined ? [] : [signal])];
      const measured = stop().then(() =>
        measureOn(inspect, request, listener, AbortSignal.any(signals)),
      );
      const mine = { controller, ended: measured.catch(() => undefined) };
      current = mine;
      try {
        return await measured;
      } finally {
        if (current === mine) current = null;
      }
    },
  };
}

function measureOn(
  inspect: Inspect,
  request: MeasureRequest,
  listener: (progress: MeasureProgress) => void,
  signal: AbortSignal,
): Promise<ModelSpeed> {
  return inspect(async (engine) => {
    const stop = (): void => void engine.stop();
    signal.addEventListener('abort', stop);
    try {
      if (signal.aborted) throw cancelled();
      return await engine.measureModel(request, listener);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  });
}
