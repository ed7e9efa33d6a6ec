/** Entry of the engine process: serves the engine over the channel that its parent opened. */
import { createEngineService } from './engine/service.ts';
import { serveEngine } from './engine/server.ts';

const receive = serveEngine(createEngineService(), (reply) => process.send?.(reply));
process.on('message', receive);
// Ctrl+C is for the parent, which then asks to stop.
process.on('SIGINT', () => undefined);
// Without its parent there is nobody to work for.
process.on('disconnect', () => process.exit(0));
process.send?.({ type: 'ready' });
