/** `winnow compare PROMPT` */
import type { RunDetails } from '../contract/run.ts';
import { automaticRows } from '../domain/budget.ts';
import { commonOptions, readArguments, readRunSettings, runOptions } from './arguments.ts';
import * as format from './format.ts';
import { howToSay } from './help.ts';
import { exitCodes, type ExitCode, type TerminalIo } from './io.ts';
import { ProgressLines } from './progress.ts';
import { readPrompt } from './prompt-source.ts';
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
      io.out(format.wrap(automaticMemory(run), io.columns).join('\n'));
    io.out(`Look at it again: ${howToSay(`show ${run.id.slice(0, 13)}`, values.db)}`);
  }
  return run.status === 'cancelled' ? exitCodes.cancelled : exitCodes.done;
}

function automaticMemory({ budgetBytes, settings }: RunDetails): string {
  const rows = automaticRows(settings.candidates);
  const answers = rows === 1 ? '1 answer' : `${rows} answers`;
  return `Memory: ${format.budget(budgetBytes)} of cache, which holds ${answers} at full length (--memory chooses another).`;
}
