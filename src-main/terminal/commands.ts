/** The command line's words: which command runs, and how a fault ends it. */
import { toErrorRecord, type ErrorRecord } from '../contract/errors.ts';
import { usage } from './arguments.ts';
import { bench } from './bench-command.ts';
import type { CommandSurroundings } from './surroundings.ts';
import { compareCommand } from './compare-command.ts';
import { demo } from './demo-command.ts';
import { devices, exportCommand, history, show } from './look-commands.ts';
import { helpText } from './help.ts';
import { models } from './models-command.ts';
import { exitCodes, type ExitCode, type TerminalIo } from './io.ts';

type Command = (
  words: string[],
  io: TerminalIo,
  surroundings: CommandSurroundings,
) => Promise<ExitCode>;

const commands: Record<string, Command> = {
  compare: compareCommand,
  demo,
  models,
  devices,
  history,
  show,
  export: exportCommand,
  bench,
};

/**
 * Runs one command.
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage, 130 cancelled
 */
export async function runCommandLine(
  words: string[],
  io: TerminalIo,
  surroundings: CommandSurroundings,
): Promise<ExitCode> {
  const [name, ...rest] = words;
  try {
    if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
      io.out(helpText);
      return name === undefined ? exitCodes.usage : exitCodes.done;
    }
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined) throw usage(`There is no command "${name}".`);
    if (rest.includes('--help') || rest.includes('-h')) {
      io.out(helpText);
      return exitCodes.done;
    }
    return await command(rest, io, surroundings);
  } catch (error) {
    return reportFault(toErrorRecord(error), rest.includes('--json'), io);
  }
}

function reportFault(error: ErrorRecord, asJson: boolean, io: TerminalIo): ExitCode {
  const { code, message, help } = error;
  if (asJson) io.out(JSON.stringify({ error: { code, message, help } }));
  else io.err(`\n${message}\n${help}\n`);
  if (code === 'internal' && error.details !== undefined)
    io.err(`(${String(error.details.cause)})\n`);
  if (code === 'cancelled') return exitCodes.cancelled;
  return code === 'usage' ? exitCodes.usage : exitCodes.failed;
}
