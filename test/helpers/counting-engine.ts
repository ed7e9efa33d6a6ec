/**
 * The real engine, which also counts the graph runs that it reports after it has heard a stop. `devices` tells the count,
 * as the reason of its only device: the protocol has no other place for it.
 */
import { serveEngine } from '../../src-main/engine/server.ts';
import { createEngineService } from '../../src-main/engine/service.ts';

const service = createEngineService();
let hasHeard = false;
let runs = 0;
const receive = serveEngine(
  {
    ...service,
    devices: () =>
      Promise.resolve([{ name: 'cpu', usable: true, reason: String(runs) }] as const).then(
        (devices) => [...devices],
      ),
    advance: (tokens, context) =>
      service.advance(tokens, {
        ...context,
        onProgress(progress) {
          if (hasHeard) runs += 1;
          context.onProgress(progress);
        },
      }),
  },
  (reply) => process.send?.(reply),
);
process.on('message', (message) => {
  hasHeard ||= (message as { type: string }).type === 'stop';
  receive(message);
});
process.on('disconnect', () => process.exit(0));
process.send?.({ type: 'ready' });
