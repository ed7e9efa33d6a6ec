/** The real engine, but for one fault: after its first progress, `advance` blocks its thread as a long graph run does. */
import { serveEngine } from '../../src-main/engine/server.ts';
import { createEngineService } from '../../src-main/engine/service.ts';

const service = createEngineService();
const receive = serveEngine(
  {
    ...service,
    advance: (tokens, context) =>
      service.advance(tokens, {
        ...context,
        onProgress(progress) {
          context.onProgress(progress);
          // Until the progress has left this process, its listener cannot stop anything.
          setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30_000));
        },
      }),
  },
  (reply) => process.send?.(reply),
);
process.on('message', receive);
process.on('disconnect', () => process.exit(0));
process.send?.({ type: 'ready' });
