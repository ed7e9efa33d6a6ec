import { runInThisContext } from 'node:vm';
import * as jinjaPackage from '@huggingface/jinja';

/**
 * Runs chat templates in a process of its own, started by chat-template.ts. A template is a program out of a file that
 * somebody downloaded; one that fills the memory takes only this process with it (a thread would take the engine along).
 */

export interface TemplateRequest {
  template: string;
  /** What the template sees: messages, add_generation_prompt, bos_token … */
  variables: Record<string, unknown>;
  longestMs: number;
  /** The longest text to return, in UTF-16 code units. */
  longestOutput: number;
}

export type TemplateReply = { text: string } | { failure: 'time' | 'output' | 'template' };

/** The package's own types name files without endings, which TypeScript cannot find here. */
interface Jinja {
  tokenize(source: string, options: { lstrip_blocks: boolean; trim_blocks: boolean }): unknown;
  parse(tokens: unknown): unknown;
  Environment: new () => { set(name: string, value: unknown): void };
  Interpreter: new (environment: unknown) => { run(program: unknown): { value: unknown } };
}

const jinja = jinjaPackage as unknown as Jinja;

const longestRange = 100_000;

function run(request: TemplateRequest): TemplateReply {
  try {
    const text = renderInTime(request);
    return text.length > request.longestOutput ? { failure: 'output' } : { text };
  } catch (error) {
    // What the template says about its failure may quote the prompt, so it stays here.
    const late = error instanceof Error && 'code' in error && error.code === timeoutCode;
    return { failure: late ? 'time' : 'template' };
  }
}

const timeoutCode = 'ERR_SCRIPT_EXECUTION_TIMEOUT';

/** Only vm can stop code that does not stop by itself; whatever it calls is stopped along with it. */
function renderInTime(request: TemplateRequest): string {
  Object.assign(globalThis, { renderTemplate: () => render(request) });
  const text: unknown = runInThisContext('renderTemplate()', { timeout: request.longestMs });
  if (typeof text !== 'string') throw new TypeError('a template must make a text');
  return text;
}

function render({ template, variables }: TemplateRequest): unknown {
  const program = jinja.parse(jinja.tokenize(template, { lstrip_blocks: true, trim_blocks: true }));
  const environment = new jinja.Environment();
  for (const [name, value] of Object.entries({ ...globals, ...variables })) {
    environment.set(name, value);
  }
  return new jinja.Interpreter(environment).run(program).value;
}

/**
 * The same as the library's own, but for two: no strftime_now, because the same run must give the same prompt tomorrow
 * (templates that know the date have a fixed one for this case), and a range that does not fill the memory.
 */
const globals = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
  raise_exception: (message: string) => {
    throw new Error(message);
  },
  range: (first: number, second?: number, step = 1) => {
    const [start, stop] = second === undefined ? [0, first] : [first, second];
    const length = Math.max(0, Math.ceil((stop - start) / step));
    if (!(length <= longestRange)) throw new RangeError('the range is too long');
    return Array.from({ length }, (_, index) => start + index * step);
  },
};

process.on('message', (request: TemplateRequest) => {
  process.send?.(run(request));
});
process.send?.('ready');
