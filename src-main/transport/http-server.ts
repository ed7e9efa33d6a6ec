/** The served application over HTTP: the pages, exports as downloads, and a door for WebSockets. It looks only, and takes no bodies. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WinnowError } from '../contract/errors.ts';
import { attachment } from './content-disposition.ts';
import { onlyLooks, portOfHost, whyRefused } from './guard.ts';
import { sendAnswer, textAnswer, type Answer } from './http-answer.ts';
import { contentTypeOf, findStaticFile } from './static-files.ts';
import type { Doorkeeper } from './token.ts';

export interface HttpServerParts {
  doorkeeper: Doorkeeper;
  /** The folder of the built pages. */
  pagesFolder: string;
  /** Where an export lies, and what to call it. Throws a WinnowError where there is none of this id. */
  readyExportFile(id: string): Promise<{ path: string; fileName: string }>;
  /** Takes over the connection of a browser that was let in. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** The path that pages connect to for calls and events. */
const connectPath = '/connect';
const exportPath = /^\/exports\/([\w-]{1,200})$/;

const limits = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  keepAliveTimeout: 5_000,
};

/** Makes the server; it does not listen yet. */
export function createHttpServer(parts: HttpServerParts): Server {
  const server = createServer(limits, (request, response) => {
    // Nobody waits for what else may come with a request that is refused.
    if (!onlyLooks(request.method) || hasBody(request)) response.setHeader('Connection', 'close');
    void answerTo(request, parts).then((answer) => sendAnswer(answer, request, response));
  });
  server.on('upgrade', (request: IncomingMessage, socket, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const refusal = refuseUpgrade(request, parts.doorkeeper);
    if (refusal === null) return parts.upgrade(request, socket, head);
    socket.once('finish', () => socket.destroy());
    socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  return server;
}

async function answerTo(request: IncomingMessage, parts: HttpServerParts): Promise<Answer> {
  try {
    return refuse(request) ?? letIn(request, parts.doorkeeper) ?? (await find(request, parts));
  } catch (error) {
    if (error instanceof WinnowError) return textAnswer(404, `${error.message} ${error.help}`);
    return textAnswer(500, 'Something went wrong inside Winnow. Try again.');
  }
}

function refuse(request: IncomingMessage): Answer | null {
  const reason = whyRefused(request);
  if (reason !== null) return textAnswer(403, reason);
  if (!onlyLooks(request.method)) {
    return textAnswer(405, 'Winnow answers only to GET and HEAD.', { Allow: 'GET, HEAD' });
  }
  return hasBody(request) ? textAnswer(413, 'Winnow takes no files here.') : null;
}

/** What to answer to a browser that has no cookie, or that brings a token; null: it was let in before. */
function letIn(request: IncomingMessage, doorkeeper: Doorkeeper): Answer | null {
  const { path, query } = target(request);
  const port = portOfHost(request.headers.host);
  const token = path === '/' ? query.get('token') : null;
  if (doorkeeper.knows(request.headers.cookie, port)) {
    return token === null ? null : goOn();
  }
  // A HEAD is a program that looks at a link, not a person who follows it.
  if (token !== null && request.method === 'GET' && doorkeeper.admit(token)) {
    return goOn({ 'Set-Cookie': doorkeeper.cookie(port) });
  }
  if (path === '/') doorkeeper.turnAway();
  return textAnswer(
    403,
    'Winnow does not know this browser yet.\n\nPlease open the newest address in the terminal in which Winnow runs: each works once, in one browser. If that terminal is gone, start "npm run serve" again.',
  );
}

/**
 * Leads to the page at its clean address. Not by a redirect: one that began with a link on another site goes on as that
 * site's, and a browser keeps a strict cookie from it. What a page of ours asks for is ours, this one by its header.
 */
const goOn = (headers: Record<string, string> = {}): Answer => ({
  status: 200,
  headers: {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    Refresh: '0; url=/',
    ...headers,
  },
  body: {
    text: '<!doctype html><html lang="en"><title>Winnow</title><a href="/">Open Winnow</a></html>',
  },
});

async function find(request: IncomingMessage, parts: HttpServerParts): Promise<Answer> {
  const { path } = target(request);
  const exportId = exportPath.exec(path)?.[1];
  if (exportId !== undefined) return exported(await parts.readyExportFile(exportId));
  const file = await findStaticFile(parts.pagesFolder, path);
  if (file === null) return textAnswer(404, 'There is no such page.');
  return {
    status: 200,
    headers: { 'Content-Type': file.contentType, 'Cache-Control': file.cacheControl },
    body: { file: file.path },
  };
}

const exported = ({ path, fileName }: { path: string; fileName: string }): Answer => ({
  status: 200,
  headers: {
    'Content-Type': contentTypeOf(fileName),
    'Cache-Control': 'no-store',
    'Content-Disposition': attachment(fileName),
  },
  body: { file: path },
});

function refuseUpgrade(request: IncomingMessage, doorkeeper: Doorkeeper): string | null {
  if (whyRefused(request) !== null) return '403 Forbidden';
  if (!doorkeeper.knows(request.headers.cookie, portOfHost(request.headers.host))) {
    return '403 Forbidden';
  }
  return request.method === 'GET' && target(request).path === connectPath ? null : '404 Not Found';
}

/** Path and query as they were sent: a URL parser would resolve `..` before anybody has looked at it. */
function target(request: IncomingMessage): { path: string; query: URLSearchParams } {
  const [path = '', ...query] = (request.url ?? '').split('?');
  return { path, query: new URLSearchParams(query.join('?')) };
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
