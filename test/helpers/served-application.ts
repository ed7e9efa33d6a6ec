/** A served application on a free port, with pages and an export of its own, and requests to it as any program could send them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { WinnowError } from '../../src-main/contract/errors.ts';
import type { ServedApplication } from '../../src-main/transport/serve-page.ts';
import { startServed, type Served } from '../../src-main/transport/served-application.ts';
import type { WebSocketOptions } from '../../src-main/transport/websocket.ts';
import { smallApplication } from './small-application.ts';
import { temporaryFolder } from './temporary-store.ts';

export interface ServedForTest extends Served {
  folder: string;
  /** Addresses that were told because somebody was turned away. */
  told: string[];
  /** Ids that reached the application. */
  askedExports: string[];
  /** Cookie header of a browser that was let in. */
  cookie: string;
}

/** The name and content of the export that lies ready under the id `ready`. */
export const readyExport = { fileName: 'Läufe "1".csv', content: 'run,reward\r\n1,2.5\r\n' };

/** Serves until the test ends; one browser was let in already. */
export async function serveForTest(
  options: WebSocketOptions & { application?: ServedApplication } = {},
): Promise<ServedForTest> {
  const folder = temporaryFolder();
  const pagesFolder = join(folder, 'renderer');
  mkdirSync(join(pagesFolder, 'assets'), { recursive: true });
  writeFileSync(join(pagesFolder, 'index.html'), '<!doctype html><title>Winnow</title>');
  writeFileSync(join(pagesFolder, 'assets', 'index-BQ1x_z-9.js'), 'void 0;');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'ready.csv'), readyExport.content);
  const told: string[] = [];
  const askedExports: string[] = [];
  const served = await startServed({
    ...(options.application ?? smallApplication()),
    ...options,
    pagesFolder,
    port: 0,
    onNewAddress: (address) => told.push(address),
    readyExportFile(id) {
      askedExports.push(id);
      if (id === 'ready') {
        return Promise.resolve({
          path: join(folder, 'ready.csv'),
          fileName: readyExport.fileName,
        });
      }
      if (id === 'gone')
        return Promise.resolve({ path: join(folder, 'no.csv'), fileName: 'a.csv' });
      return Promise.reject(new WinnowError('file-failed', 'No such export.', 'Export it again.'));
    },
  });
  onTestFinished(() => served.close());
  const { headers } = await ask(served, { path: pathOf(served.address) });
  const cookie = String(headers['set-cookie']).split(';')[0] ?? '';
  return Object.assign(served, { folder, told, askedExports, cookie });
}

/** Path and query of an address. */
export const pathOf = (address: string): string =>
  new URL(address).pathname + new URL(address).search;

export interface Asked {
  path?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Sends a request exactly as it is written: no URL parser puts it right first. */
export function ask(
  { port }: { port: number },
  { path = '/', method = 'GET', headers = {}, body }: Asked,
): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
    if (body !== undefined) sent.setHeader('content-length', Buffer.byteLength(body));
    sent.on('error', reject);
    sent.on('response', (response) => {
      text(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        reject,
      );
    });
    sent.end(body);
  });
}

/** Sends bytes and gives what comes back until the connection ends. */
export async function sendRaw({ port }: { port: number }, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(bytes, 'latin1');
  return text(socket);
}

/** The headers of a page of this application. */
export const pageHeaders = ({ port, cookie }: ServedForTest): Record<string, string> => ({
  cookie,
  origin: `http://127.0.0.1:${port}`,
});

/** Opens a WebSocket, as a page would unless the headers say otherwise; rejects with the status of a refusal. */
export function openSocket(
  served: ServedForTest,
  {
    path = '/connect',
    headers = pageHeaders(served),
    ...options
  }: ClientOptions & { path?: string; headers?: Record<string, string> } = {},
): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${served.port}${path}`, { headers, ...options });
    onTestFinished(() => socket.terminate());
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (_request, response) => {
      reject(new Error(`refused with ${response.statusCode}`));
      socket.on('error', () => undefined);
      socket.terminate();
    });
    socket.once('error', reject);
  });
}

/** The next JSON message of a socket. */
export const nextMessage = (socket: WebSocket): Promise<unknown> =>
  new Promise((resolve) =>
    socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString('utf8')))),
  );

/** The code with which a socket is closed. */
export const closeCode = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => socket.once('close', (code) => resolve(code)));
