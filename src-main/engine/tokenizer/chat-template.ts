import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { WinnowError } from '../../contract/errors.ts';
import type { TemplateReply, TemplateRequest } from './template-process.ts';

const longestRunMs = 2_000;
/** The process notices the end of its time itself; this is for one that cannot even do that. */
const longestWaitMs = 4 * longestRunMs;
const longestTemplate = 1 << 20;
/** Enough for a prompt of a megabyte, far less than a runaway template would take. */
const memoryMegabytes = 128;

// The sources run as they are; in a build the process is an entry beside the engine's.
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const templateProcess = fileURLToPath(new URL(`./template-process.${extension}`, import.meta.url));

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** What the template may use besides the messages. */
export interface TemplateTokens {
  bos_token: string;
  eos_token: string;
  [other: `${string}_token`]: string;
}

type Failure = 'time' | 'memory' | 'output' | 'template';

/** A model's chat template, run under a limit of time, memory and output. Close it after use. */
export class ChatTemplate {
  readonly source: string;
  readonly #tokens: TemplateTokens;
  #process: Promise<ChildProcess> | null = null;
  /** Runs go one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(source: string, tokens: TemplateTokens) {
    if (source.length > longestTemplate) throw templateFailed('output');
    this.source = source;
    this.#tokens = tokens;
  }

  /**
   * The text that the model reads for these messages, with or without the words that begin its answer.
   * @throws chat-template-failed where the template is wrong, refuses, or does not come to an end.
   */
  render(messages: ChatMessage[], addGenerationPrompt: boolean): Promise<string> {
    const length = messages.reduce((sum, { content }) => sum + content.length, 0);
    const request: TemplateRequest = {
      template: this.source,
      variables: {
        ...this.#tokens,
        messages,
        add_generation_prompt: addGenerationPrompt,
        tools: null,
        documents: null,
      },
      longestMs: longestRunMs,
      longestOutput: 4 * (length + this.source.length) + 65_536,
    };
    const run = this.#last.then(() => this.#run(request));
    this.#last = run.catch(() => undefined);
    return run;
  }

  /** Ends the process. The next run would start another. */
  async close(): Promise<void> {
    const process = this.#process;
    this.#process = null;
    (await process?.catch(() => null))?.kill('SIGKILL');
  }

  async #run(request: TemplateRequest): Promise<string> {
    this.#process ??= startProcess();
    const reply = await this.#process.then(
      (process) => replyOf(process, request),
      (cause: unknown) => {
        this.#process = null;
        throw notStarted(cause);
      },
    );
    if ('text' in reply) return reply.text;
    await this.close();
    throw templateFailed(reply.failure);
  }
}

async function startProcess(): Promise<ChildProcess> {
  const process = fork(templateProcess, {
    execArgv: [`--max-old-space-size=${memoryMegabytes}`],
    env: { ...globalThis.process.env, NODE_OPTIONS: '', ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Beside a window there is no console on Windows, and Node would open one.
    windowsHide: true,
  });
  const exited = once(process, 'exit').then(() => Promise.reject(new Error('ended at once')));
  await Promise.race([once(process, 'message'), exited]);
  // From here on `exit` tells enough.
  exited.catch(() => undefined);
  process.on('error', () => undefined);
  // A process that only waits for its next template keeps nobody from ending.
  process.unref();
  process.channel?.unref();
  return process;
}

function replyOf(
  process: ChildProcess,
  request: TemplateRequest,
): Promise<{ text: string } | { failure: Failure }> {
  return new Promise((resolve) => {
    const finish = (reply: { text: string } | { failure: Failure }) => {
      clearTimeout(timer);
      process.off('message', onMessage).off('exit', onExit);
      resolve(reply);
    };
    const onMessage = (reply: unknown) => {
      finish(reply as TemplateReply);
    };
    const onExit = () => {
      finish({ failure: 'memory' });
    };
    const timer = setTimeout(() => {
      finish({ failure: 'time' });
    }, longestWaitMs);
    process.on('message', onMessage).on('exit', onExit);
    if (process.connected) process.send(request);
    else onExit();
  });
}

const reasons: Record<Failure, string> = {
  time: 'does not come to an end',
  memory: 'needs too much memory',
  output: 'makes far too long a text',
  template: 'is wrong or does not accept this prompt',
};

function notStarted(cause: unknown): WinnowError {
  return new WinnowError(
    'engine-failed',
    'Winnow could not start the helper process that reads chat templates.',
    'Close other programs to free some memory, then try again.',
    { cause: cause instanceof Error ? cause.message : String(cause) },
    { cause },
  );
}

/** The error for a model that has none. */
export function chatTemplateMissing(): WinnowError {
  return new WinnowError(
    'chat-template-missing',
    'This model does not say how to lay out a conversation (it has no chat template), so it cannot answer prompts.',
    'Choose a model that was made for conversations; its name often says "Instruct" or "Chat".',
  );
}

function templateFailed(failure: Failure): WinnowError {
  return new WinnowError(
    'chat-template-failed',
    `This model’s chat template (its way of laying out a conversation) ${reasons[failure]}.`,
    'Choose another file of the same model, or another model.',
    { failure },
  );
}
