/** The one connection of this page to the application, over whichever transport there is. */
import { createClient, type Client } from './client.svelte.ts';
import { desktop } from './desktop.ts';
import { createMessagePortTransport } from './message-port-transport.ts';
import { browserSurroundings, createWebSocketTransport } from './web-socket-transport.ts';

export const application: Client = createClient(
  desktop === null
    ? createWebSocketTransport(browserSurroundings)
    : createMessagePortTransport(desktop, window),
);
