/** `winnow compare PROMPT` */
import { readFile } from 'node:fs/promises';
import { WinnowError } from '../contract/errors.ts';
import { commonOptions, readArguments, readRunSettings, runOptions, usage } from './arguments.ts';
import * as format from './format.ts';
import { exitCodes, type ExitCode, type TerminalIo } from './io.ts';
import { ProgressLines } from './progress.ts';
import { resultText } from './result-text.ts';
import { runDocument } from './run-document.ts';
import { withApplication, type CommandSurroundings } from './surroundings.ts';

export async function compareCommand(
  words: string[],
  io: TerminalIo,
  surroundings: CommandSurroundings,
): Promise<ExitCode> {
  const { values, positionals } = readArguments(words, {
    ...commonOptions,
    ...runOptions,
    'prompt-file': { type: 'string' },
  });
  const settings = readRunSettings(values, surroundings.builtInModels);
  const prompt = await readPrompt(positionals, values['prompt-file'], io);
  const progress = new ProgressLines(io);
  const run = await withApplication(surroundings, values.db, async (application) => {
    try {
      return await application.compare({ prompt, settings }, progress.listen, io.signal);
    } finally {
      progress.endLine();
    }
  });
  if (values.json === true) {
    io.out(JSON.stringify(runDocument(run)));
  } else {
    io.out(`\n${resultText(run, io.columns)}`);
    if (settings.memory === 'auto')
      io.out(format.wrap(automaticMemory(run.budgetBytes), io.columns).join('\n'));
    io.out(`Kept as run ${run.id.slice(0, 13)}: winnow show ${run.id.slice(0, 13)}`);
  }
  return run.status === 'cancelled' ? exitCodes.cancelled : exitCodes.done;
}

/** The prompt: the one word given, a file, or the input (`-`). Exactly one of them. */
async function readPrompt(
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
  if (file !== undefined) return file === '-' ? io.readInput() : readPromptFile(file);
  if (word === undefined) throw usage('A prompt is missing. Put it in quotation marks');
  return word === '-' ? io.readInput() : word;
}

/** UTF-8, with or without a byte order mark; anything else is refused rather than guessed. */
function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') return ': it does not exist';
  return code === 'EISDIR' ? ': it is a folder' : '';
}

async function readPromptFile(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new WinnowError(
      'file-failed',
      `The prompt's file ${path} cannot be read${reasonOf(cause)}.`,
      'Check the path, and that you may read the file.',
      {},
      { cause },
    );
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new WinnowError(
      'prompt-invalid',
      `The file ${path} is not text in UTF-8.`,
      'Save it as UTF-8 text.',
    );
  }
}

function automaticMemory(budgetBytes: number): string {
  return `Memory: ${format.megabytes(budgetBytes)} of cache, which holds a quarter of the answers at full length (--memory chooses another).`;
}
