/** `winnow demo`: a full comparison with the built-in pair, small enough for a minute, and its CSV files. */
import { join } from 'node:path';
import type { RunSettings } from '../contract/run.ts';
import { defaultSettings } from '../contract/settings.ts';
import { exportKinds } from '../core/export/export-csv.ts';
import { commonOptions, readArguments, readRunSettings, runOptions, usage } from './arguments.ts';
import * as format from './format.ts';
import { exitCodes, type ExitCode, type TerminalIo } from './io.ts';
import { ProgressLines } from './progress.ts';
import { resultText } from './result-text.ts';
import { runDocument } from './run-document.ts';
import { withApplication, type CommandSurroundings } from './surroundings.ts';

export const demoPrompt = 'Explain to a ten-year-old why the sky is blue.';

/** Under this budget Best-of-N needs several waves and Speculative Rejection several decisions. */
export const demoSettings: Omit<RunSettings, 'generator' | 'reward'> = {
  ...defaultSettings,
  candidates: 32,
  maxTokens: 128,
};

export async function demo(
  words: string[],
  io: TerminalIo,
  surroundings: CommandSurroundings,
): Promise<ExitCode> {
  const { values, positionals } = readArguments(words, { ...commonOptions, ...runOptions });
  if (positionals.length > 1) throw usage('Put the prompt in quotation marks');
  const prompt = positionals[0] ?? demoPrompt;
  const settings = readRunSettings(values, surroundings.builtInModels, demoSettings);
  io.err(introduction(prompt, settings));
  const progress = new ProgressLines(io);
  return withApplication(surroundings, values.db, async (application) => {
    const run = await application.compare({ prompt, settings }, progress.listen, io.signal);
    progress.endLine();
    // With --json the output holds the document alone.
    const say = values.json === true ? (text: string) => io.err(`${text}\n`) : io.out.bind(io);
    if (values.json === true) io.out(JSON.stringify(runDocument(run)));
    else say(`\n${resultText(run, io.columns)}\n`);
    say('Where it is kept:');
    say(`  database     ${values.db ?? surroundings.databaseFile}`);
    for (const what of exportKinds) {
      const file = join(surroundings.dataRoot, `winnow-demo-${what}.csv`);
      const { rows } = await application.exportCsv({ what, file });
      say(`  ${what.padEnd(12)} ${file} (${format.wholeNumber(rows)} rows)`);
    }
    say(`\nYour own prompt: npm run demo -- "Your question here"`);
    return run.status === 'cancelled' ? exitCodes.cancelled : exitCodes.done;
  });
}

function introduction(prompt: string, { candidates, maxTokens }: typeof demoSettings): string {
  return [
    'Winnow compares two ways of getting a better answer out of a language model:',
    'Best-of-N writes all answers to the end; Speculative Rejection stops the weak ones early.',
    `Both may start the same ${candidates} answers of up to ${maxTokens} tokens, under one memory budget.`,
    '',
    `Prompt: ${format.oneLine(prompt, 90)}`,
    '',
    '',
  ].join('\n');
}
