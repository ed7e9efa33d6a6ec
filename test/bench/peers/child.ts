/** Runs one job in a process of its own, so that neither memory nor threads of the engines mix. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadyEngine } from './engines.ts';
import type { Job, JobResult } from './job.ts';

/** Characters of what a process said that are kept, and that are told where it failed. */
const keptLength = 20_000;
const toldLength = 400;

/**
 * @throws Error with what the process said where it failed, or where an answer has not the length asked for
 */
export async function runJob(
  [program, ...words]: ReadyEngine['command'],
  job: Job,
): Promise<JobResult> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-peers-'));
  try {
    const [jobPath, resultPath] = [join(folder, 'job.json'), join(folder, 'result.json')];
    await writeFile(jobPath, JSON.stringify(job));
    await run(program, [...words, jobPath, resultPath]);
    const result = JSON.parse(await readFile(resultPath, 'utf8')) as JobResult;
    checkAnswers(job, result);
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(program: string, words: string[]): Promise<void> {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => {
      said = (said + text.toString()).slice(-keptLength);
    });
  }
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
    (resolve, reject) => {
      child.once('error', reject);
      child.once('close', (...ended) => resolve(ended));
    },
  );
  if (code === 0) return;
  const end = signal === null ? `It ended with code ${code}.` : `It was ended by ${signal}.`;
  throw new Error(`${end} ${reasonIn(said)}`.trim());
}

/** The line that names an error (below it JavaScript, above it Python tells where), or else the last one. */
function reasonIn(said: string): string {
  const lines = said.trim().split('\n');
  const reason = lines.findLast((line) => /^\s*[\w.]*Error\b.*:/.test(line)) ?? lines.at(-1) ?? '';
  return reason.trim().slice(0, toldLength);
}

function checkAnswers(job: Job, { answers }: JobResult): void {
  const whole = answers.filter(({ length }) => length === job.tokens).length;
  if (whole === job.candidates && answers.length === job.candidates) return;
  throw new Error(`Only ${whole} of ${job.candidates} answers have ${job.tokens} tokens.`);
}
