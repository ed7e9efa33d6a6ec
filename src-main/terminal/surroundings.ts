/** What the entry gives the commands: where things are, and how to open the application. */
import type { Application } from '../core/application.ts';
import { usage } from './arguments.ts';

export interface CommandSurroundings {
  builtInModels: { generator: string; reward: string };
  /** The benchmark's own entry; it runs as a process of its own. */
  benchmarkEntry: string;
  dataRoot: string;
  /** The usual database. */
  databaseFile: string;
  /** Readies the application; the store (the usual one, or another database file) opens and the engine starts when needed. */
  openApplication(databaseFile: string | undefined): Application | Promise<Application>;
}

/** Opens the application for one piece of work, and closes it however the work ends. */
export async function withApplication<Result>(
  surroundings: CommandSurroundings,
  databaseFile: string | undefined,
  work: (application: Application) => Promise<Result> | Result,
): Promise<Result> {
  if (databaseFile === '') throw usage('--db needs the name of a file');
  const application = await surroundings.openApplication(databaseFile);
  try {
    return await work(application);
  } finally {
    await application.close();
  }
}
