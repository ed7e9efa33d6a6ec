/** What the HTTP server answers: a text or a file, with its headers, and how it is sent. */
import { open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { securityHeaders } from './security-headers.ts';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: { text: string } | { file: string };
}

/** A page of plain text. */
export function textAnswer(
  status: number,
  text: string,
  headers: Record<string, string> = {},
): Answer {
  return {
    status,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      ...headers,
    },
    body: { text: `${text}\n` },
  };
}

/** Sends an answer with the security headers. Never throws: a browser that goes away is no fault. */
export async function sendAnswer(
  answer: Answer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    if ('file' in answer.body) await sendFile(answer, answer.body.file, request, response);
    else sendText(answer, answer.body.text, request, response);
  } catch {
    if (response.headersSent) response.destroy();
    else await sendAnswer(textAnswer(404, 'The file is not there.'), request, response);
  }
}

function sendText(
  { status, headers }: Pick<Answer, 'status' | 'headers'>,
  text: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  response.writeHead(status, {
    ...securityHeaders,
    ...headers,
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

async function sendFile(
  { status, headers }: Answer,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  await using file = await open(path);
  const { size } = await file.stat();
  response.writeHead(status, { ...securityHeaders, ...headers, 'Content-Length': size });
  if (request.method === 'HEAD' || size === 0) response.end();
  // Not one byte more than was promised, also where the file grows meanwhile.
  else await pipeline(file.createReadStream({ end: size - 1 }), response);
}
