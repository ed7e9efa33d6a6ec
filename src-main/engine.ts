/** Entry of the engine process: serves the engine over the channel that its parent opened. */
import { createEngineService } from './engine/service.ts';
import { serveEngine } from './engine/server.ts';
import type { EngineReply } from './contract/engine-messages.ts';
import { lineToShell } from './transport/parent-port.ts';

const shell = lineToShell();
if (shell === undefined) serveParent();
else {
  // A utility process of the window: the core is at the other end of the port that the shell sends. Electron only warns
  // of a promise that nobody watches, where Node ends.
  process.on('unhandledRejection', (error) => {
    throw error;
  });
  shell.onMessage((_message, port) => {
    if (port === undefined) return;
    serve(
      (listener) => port.onMessage(listener),
      (reply) => port.post(reply),
    );
    port.onClose(() => process.exit(0));
    port.start();
  });
}

/** A child process of Node. */
function serveParent(): void {
  serve(
    (listener) => process.on('message', listener),
    (reply) => process.send?.(reply),
  );
  // Ctrl+C is for the parent, which then asks to stop.
  process.on('SIGINT', () => undefined);
  // Without its parent there is nobody to work for.
  process.on('disconnect', () => process.exit(0));
}

function serve(
  onMessage: (listener: (message: unknown) => void) => void,
  send: (reply: EngineReply) => void,
): void {
  onMessage(serveEngine(createEngineService(), send));
  send({ type: 'ready' });
}
