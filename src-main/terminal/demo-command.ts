/** `winnow demo`: a full comparison with the built-in pair, small enough for a minute, and its CSV files. */
import { join, resolve } from 'node:path';
import type { StrategyName } from '../contract/events.ts';
import type { ExportKind } from '../contract/exports.ts';
import type { RunSettings } from '../contract/run.ts';
import { defaultSettings } from '../contract/settings.ts';
import { strategyLabels } from '../domain/strategies/index.ts';
import { commonOptions, readArguments, readRunSettings, runOptions, usage } from './arguments.ts';
import * as format from './format.ts';
import { howToSay } from './help.ts';
import { exitCodes, type ExitCode, type TerminalIo } from './io.ts';
import { ProgressLines } from './progress.ts';
import { resultText } from './result-text.ts';
import { runDocument } from './run-document.ts';
import { withApplication, type CommandSurroundings } from './surroundings.ts';

export const demoPrompt = 'Give me three tips for sleeping better.';

/** What one fresh run has rows for: nobody has voted on it yet. */
const demoExports: readonly ExportKind[] = ['runs', 'candidates', 'checkpoints'];

/** Under this budget Best-of-N needs several waves and Speculative Rejection several decisions. */
export const demoSettings: Omit<RunSettings, 'generator' | 'reward'> = {
  ...defaultSettings,
  candidates: 32,
  // A little gentler than usual, so that even 32 candidates meet three decisions.
  alpha: 0.4,
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
    const run = await application
      .compare({ prompt, settings }, progress.listen, io.signal)
      .finally(() => progress.endLine());
    // With --json the output holds the document alone.
    const say = values.json === true ? (text: string) => io.err(`${text}\n`) : io.out.bind(io);
    if (values.json === true) io.out(JSON.stringify(runDocument(run)));
    else say(`\n${resultText(run, io.columns)}\n`);
    say(legend);
    say('Where this run is kept:');
    say(`  database     ${resolve(values.db ?? surroundings.databaseFile)}`);
    for (const what of demoExports) {
      const file = join(surroundings.dataRoot, `winnow-demo-${run.id.slice(0, 13)}-${what}.csv`);
      const { rows } = await application.exportCsv({
        what,
        scope: { kind: 'run', id: run.id },
        file,
      });
      say(`  ${what.padEnd(12)} ${file} (${format.wholeNumber(rows)} rows)`);
    }
    say(`\nThis run again:   ${howToSay(`show ${run.id.slice(0, 13)}`, values.db)}`);
    say(`Your own prompt:  ${howToSay('compare "Your question here"', values.db)}`);
    return run.status === 'cancelled' ? exitCodes.cancelled : exitCodes.done;
  });
}

/** What the table's words mean, for whoever sees it for the first time. */
const legend = [
  'Reward: the score of the model that judges. Higher is better, below zero is possible, and only answers',
  'to the same prompt can be compared. Tokens: pieces of words. Unfinished answers are scored more than once.',
  'Cache: the working memory of the answers. Stopped early: given up as weak before their end.',
  '',
].join('\n');

const whatItDoes: Record<StrategyName, string> = {
  greedy: 'writes one answer, always with the likeliest next word',
  'single-sample': 'writes one answer, as a chat program does',
  'best-of-n': 'writes all answers to the end and chooses the best',
  'speculative-rejection': 'stops weak answers early and chooses the best of the rest',
};

/** What is compared, and the prompt. */
export function introduction(prompt: string, settings: RunSettings): string {
  const ways = settings.strategies.map((strategy) => [
    `  ${strategyLabels[strategy]}`,
    whatItDoes[strategy],
  ]);
  return [
    'Winnow compares ways of getting a better answer out of a language model:',
    '',
    format.table(ways),
    '',
    howMuch(settings),
    `Prompt: ${format.oneLine(prompt, 90)}`,
    '',
    '',
  ].join('\n');
}

function howMuch({ strategies, candidates, hold, maxTokens }: RunSettings): string {
  const several = strategies.filter(
    (name) => name === 'best-of-n' || name === 'speculative-rejection',
  );
  const length = `of up to ${maxTokens} tokens`;
  const [only] = several;
  if (only === undefined) return `Each writes one answer ${length}.`;
  const asMuchAsFits = candidates === 'fit' || hold === 'memory';
  const number = asMuchAsFits ? 'as many as the memory holds' : `up to ${candidates}`;
  if (several.length === 1) return `${strategyLabels[only]} starts answers ${length}: ${number}.`;
  const same = hold === 'memory' ? '' : 'the same ';
  const who =
    strategies.length === 2 ? 'Both' : several.map((name) => strategyLabels[name]).join(' and ');
  return `${who} may start ${same}answers ${length} under one memory budget: ${number}.`;
}
