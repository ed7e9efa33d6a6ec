/** Where a comparison's prompt comes from: a word of the command line, a file, or the input. */
import { createReadStream } from 'node:fs';
import { addAbortSignal, type Readable } from 'node:stream';
import { cancelled, WinnowError } from '../contract/errors.ts';
import { limits } from '../contract/settings.ts';
import { usage } from './arguments.ts';
import type { TerminalIo } from './io.ts';

/** No character of UTF-8 takes more bytes than this. */
const bytesPerCharacter = 4;

/**
 * The prompt: the one word given, a file, or the input (`-`). Exactly one of them. The line break that ends a file is
 * not part of it, so that a file and a word give the same run.
 * @throws WinnowError usage, file-failed, prompt-invalid, prompt-too-long, cancelled (Ctrl+C while it is read)
 */
export async function readPrompt(
  positionals: string[],
  file: string | undefined,
  io: TerminalIo,
): Promise<string> {
  if (positionals.length > 1) {
    throw usage('The prompt is more than one word to the shell. Put it in quotation marks');
  }
  const [word] = positionals;
  if (file !== undefined && word !== undefined) {
    throw usage('Give the prompt or --prompt-file, not both');
  }
  if (file === '-' || word === '-') {
    return readText(io.readInput(), 'What came in as the prompt', io.signal);
  }
  if (file !== undefined) return readFromFile(file, io.signal);
  if (word === undefined) throw usage('A prompt is missing. Put it in quotation marks');
  return word;
}

async function readFromFile(path: string, signal: AbortSignal): Promise<string> {
  try {
    return await readText(createReadStream(path), `The file ${path}`, signal);
  } catch (cause) {
    if (cause instanceof WinnowError) throw cause;
    throw new WinnowError(
      'file-failed',
      `The prompt's file ${path} cannot be read${reasonOf(cause)}.`,
      'Check the path, and that you may read the file.',
      {},
      { cause },
    );
  }
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') return ': it does not exist';
  return code === 'EISDIR' ? ': it is a folder' : '';
}

/** UTF-8, with or without a byte order mark; anything else is refused rather than guessed. An endless source ends. */
async function readText(source: Readable, name: string, signal: AbortSignal): Promise<string> {
  const bytes = await readBytes(source, name, signal);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.replace(/\r?\n$/, '');
  } catch {
    throw new WinnowError(
      'prompt-invalid',
      `${name} is not text in UTF-8.`,
      'Save it as UTF-8 text.',
    );
  }
}

async function readBytes(source: Readable, name: string, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of addAbortSignal(signal, source) as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > limits.promptCharacters * bytesPerCharacter) throw tooLong(name);
    }
  } catch (error) {
    throw signal.aborted ? cancelled() : error;
  }
  return Buffer.concat(chunks);
}

const tooLong = (name: string) =>
  new WinnowError(
    'prompt-too-long',
    `${name} is longer than any prompt: Winnow takes up to ${limits.promptCharacters} characters.`,
    'Shorten the prompt.',
  );
