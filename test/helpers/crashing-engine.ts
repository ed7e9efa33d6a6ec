/** The real engine on a machine with a graphics card whose driver takes the process along as soon as a model is loaded. */
import { serveEngine } from '../../src-main/engine/server.ts';
import { createEngineService } from '../../src-main/engine/service.ts';

const service = createEngineService();
const receive = serveEngine(
  {
    ...service,
    loadGenerator(request, context) {
      if (request.device === 'webgpu') process.kill(process.pid, 'SIGKILL');
      return service.loadGenerator(request, context);
    },
  },
  (reply) => process.send?.(reply),
);
process.on('message', receive);
process.on('disconnect', () => process.exit(0));
process.send?.({ type: 'ready' });
