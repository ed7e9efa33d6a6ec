/**
 * The closed list of everything that can go wrong, and the one error that crosses a boundary.
 * A message says what happened in words that a person understands; help says what to do about it.
 */
export const errorCodes = [
  // a model file or folder
  'model-not-found',
  'model-unreadable',
  'model-not-gguf',
  'model-truncated',
  'model-damaged',
  'model-format-unsupported',
  'model-architecture-unsupported',
  'model-tensor-type-unsupported',
  'model-tensor-missing',
  'model-vocabulary-mismatch',
  'model-tokenizer-unsupported',
  'model-too-large',
  'chat-template-missing',
  'chat-template-failed',
  'reward-model-invalid',
  'prepare-failed',
  // a prompt or a setting
  'prompt-empty',
  'prompt-invalid',
  'prompt-too-long',
  'setting-invalid',
  'budget-too-small',
  'usage',
  // a run
  'cancelled',
  'out-of-memory',
  'no-reward',
  'engine-died',
  'engine-failed',
  'device-unavailable',
  'device-failed',
  // the store and files
  'run-not-found',
  'store-newer',
  'store-damaged',
  'store-busy',
  'store-failed',
  'file-failed',
  // a page and its connection
  'message-invalid',
  'connection-lost',
  // a fault of ours
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** What a failure looks like once it has crossed a process or network boundary. */
export interface ErrorRecord {
  code: ErrorCode;
  /** What happened, in one sentence for a person who does not program. */
  message: string;
  /** What to do about it. */
  help: string;
  /** Numbers and names behind the sentence, for logs and tests; never a prompt or an answer. */
  details?: Record<string, string | number | boolean>;
}

/** The only error that the parts of Winnow throw on purpose. */
export class WinnowError extends Error {
  readonly code: ErrorCode;
  readonly help: string;
  readonly details: Record<string, string | number | boolean>;

  constructor(
    code: ErrorCode,
    message: string,
    help: string,
    details: Record<string, string | number | boolean> = {},
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
    this.name = 'WinnowError';
    this.code = code;
    this.help = help;
    this.details = details;
  }
}

/** What a call throws once a person has stopped it. */
export function cancelled(details: Record<string, boolean> = {}): WinnowError {
  return new WinnowError(
    'cancelled',
    'The run was stopped.',
    'Start it again when you like.',
    details,
  );
}

/** Turns anything that was thrown into a record that can cross a boundary. */
export function toErrorRecord(error: unknown): ErrorRecord {
  if (error instanceof WinnowError) {
    const { code, message, help, details } = error;
    return Object.keys(details).length > 0
      ? { code, message, help, details }
      : { code, message, help };
  }
  return {
    code: 'internal',
    message: 'Something went wrong inside Winnow.',
    help: 'Try again. If it happens again, please report it with the text below.',
    details: { cause: error instanceof Error ? `${error.name}: ${error.message}` : String(error) },
  };
}

/** Makes an error again from a record that crossed a boundary. */
export function fromErrorRecord(record: ErrorRecord): WinnowError {
  return new WinnowError(record.code, record.message, record.help, record.details ?? {});
}
