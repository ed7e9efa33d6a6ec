/** The application served to browsers on this computer: everything of the transport, put together and listening. */
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { WinnowError } from '../contract/errors.ts';
import { createHttpServer, type HttpServerParts } from './http-server.ts';
import { servePage, type ServedApplication } from './serve-page.ts';
import { createDoorkeeper } from './token.ts';
import { createWebSocketDoor, type WebSocketOptions } from './websocket.ts';

export interface ServedOptions
  extends
    ServedApplication,
    WebSocketOptions,
    Pick<HttpServerParts, 'pagesFolder' | 'readyExportFile'> {
  /** 0: any free one. */
  port: number;
  /** Takes any free port where this one is not to be had. */
  orAnyPort?: boolean;
  /** Gets an address that a person needs to see: a browser was turned away that may be theirs. */
  onNewAddress(address: string): void;
}

export interface Served {
  port: number;
  /** The address that lets the next browser in: with a token that works once. */
  readonly address: string;
  /** Ends every connection, then resolves. */
  close(): Promise<void>;
}

/** Only this computer can reach it. */
const boundAddress = '127.0.0.1';

/** The address without a token, for a browser that was let in. */
export const plainAddress = (port: number): string => `http://${boundAddress}:${port}/`;

/** Resolves once it listens. Throws usage where the port is not to be had, file-failed where the pages are not built. */
export async function startServed(options: ServedOptions): Promise<Served> {
  const { pagesFolder } = options;
  if (!existsSync(join(pagesFolder, 'index.html'))) throw pagesMissing();
  const door = createWebSocketDoor((link) => servePage(link, options), options);
  const address = (token: string): string => `${plainAddress(port)}?token=${token}`;
  const doorkeeper = createDoorkeeper((token) => options.onNewAddress(address(token)));
  const server = createHttpServer({
    doorkeeper,
    pagesFolder,
    readyExportFile: (id) => options.readyExportFile(id),
    upgrade: (request, socket, head) => door.upgrade(request, socket, head),
  });
  const port = await listen(server, options.port, options.orAnyPort ?? false);
  return {
    port,
    get address() {
      return address(doorkeeper.token);
    },
    async close() {
      door.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Gives the port that it listens on. */
async function listen(server: Server, port: number, orAnyPort: boolean): Promise<number> {
  try {
    server.listen(port, boundAddress);
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    if (orAnyPort) return listen(server, 0, false);
    throw portTaken(port, code);
  }
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : port;
}

const portTaken = (port: number, code: string): WinnowError =>
  new WinnowError(
    'usage',
    code === 'EACCES'
      ? `This computer does not let you use port ${port}.`
      : `Another program uses port ${port}.`,
    'Choose another number with --port, or leave it out.',
    { port },
  );

const pagesMissing = (): WinnowError =>
  new WinnowError(
    'file-failed',
    "Winnow's pages are not built yet.",
    'Start it with "npm start" or "npm run serve", which build them.',
  );
