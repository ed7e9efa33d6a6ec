/**
 * The engine's end of the message protocol: checks what arrives, runs one call at a time in the order of arrival, and
 * lets only `stop` overtake. It knows nothing of models: the calls are those of an EngineService.
 */
import * as v from 'valibot';
import {
  engineParameters,
  engineRequestSchema,
  type EngineMethod,
  type EngineReply,
} from '../contract/engine-messages.ts';
import type { Engine } from '../contract/engine.ts';
import { cancelled, toErrorRecord, WinnowError } from '../contract/errors.ts';

/** What a running call is given beside its parameters. */
export interface CallContext {
  /** True once the core has asked to give the running call up. */
  shouldStop: () => boolean;
  /** Tells the core how far the running call is. */
  onProgress: (progress: unknown) => void;
}

/** The engine's methods as the server calls them: one value in, one value out. */
export type EngineService = {
  [Method in EngineMethod]: (
    parameters: v.InferOutput<(typeof engineParameters)[Method]>,
    context: CallContext,
  ) => Promise<Awaited<ReturnType<Engine[Method]>>>;
};

/**
 * Serves the engine over a channel.
 * @returns the function to call with every message that arrives
 */
export function serveEngine(
  service: EngineService,
  send: (reply: EngineReply) => void,
): (message: unknown) => void {
  let stopping = false;
  let running = 0;
  let queue: Promise<void> = Promise.resolve();

  const run = async (id: number, method: EngineMethod, parameters: unknown): Promise<void> => {
    const context: CallContext = {
      shouldStop: () => stopping,
      onProgress: (progress) => send({ type: 'progress', id, progress }),
    };
    try {
      if (stopping) throw cancelled();
      send({ type: 'result', id, value: await dispatch(service, method, parameters, context) });
    } catch (error) {
      send({ type: 'error', id, error: toErrorRecord(error) });
    } finally {
      running -= 1;
      if (running === 0) stopping = false;
    }
  };

  return (message) => {
    const checked = v.safeParse(engineRequestSchema, message);
    if (!checked.success) {
      refuse(message, send);
      return;
    }
    const request = checked.output;
    if (request.type === 'stop') {
      stopping = running > 0;
      return;
    }
    running += 1;
    queue = queue.then(() => run(request.id, request.method, request.parameters));
  };
}

/** A message that is none must not end the engine; where it names a call, that call must not wait for ever. */
function refuse(message: unknown, send: (reply: EngineReply) => void): void {
  const call = v.safeParse(v.object({ id: v.number() }), message);
  if (call.success) send({ type: 'error', id: call.output.id, error: toErrorRecord(unclear({})) });
}

/** Checks the parameters and calls the method. The cast joins two maps that `EngineService` ties together by name. */
function dispatch(
  service: EngineService,
  method: EngineMethod,
  parameters: unknown,
  context: CallContext,
): Promise<unknown> {
  const checked = v.safeParse(engineParameters[method], parameters);
  if (!checked.success) {
    throw unclear({ method, issue: checked.issues[0].type });
  }
  const call = service[method] as (parameters: unknown, context: CallContext) => Promise<unknown>;
  return call(checked.output, context);
}

function unclear(details: Record<string, string>): WinnowError {
  return new WinnowError(
    'internal',
    'The engine was asked something that it does not understand.',
    'Try again. If it happens again, please report it.',
    details,
  );
}
