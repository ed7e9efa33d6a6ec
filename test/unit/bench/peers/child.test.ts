import { describe, expect, it } from 'vitest';
import { runJob } from '../../../bench/peers/child.ts';
import type { Job } from '../../../bench/peers/job.ts';

const job: Job = {
  engine: 'any',
  modelPath: '',
  preparedFolder: '',
  prompt: '',
  promptIds: [1],
  candidates: 2,
  tokens: 3,
  topK: 0,
  greedyTokens: 1,
  threads: 1,
  cacheBytesPerToken: 1,
};

/** A child process that runs these lines. */
function program(lines: string): [string, ...string[]] {
  return [process.execPath, '-e', lines, '--'];
}

function answering(answers: number[][]): [string, ...string[]] {
  return program(`
    const [jobPath, resultPath] = process.argv.slice(1);
    const { tokens } = JSON.parse(fs.readFileSync(jobPath));
    console.log('a library talks');
    fs.writeFileSync(resultPath, JSON.stringify({ answers: ${JSON.stringify(answers)}, tokens }));
  `);
}

describe('a job in a process of its own', () => {
  it('gets the job, and its answer comes back', async () => {
    const answers = [
      [7, 8, 9],
      [7, 7, 7],
    ];
    await expect(runJob(answering(answers), job)).resolves.toEqual({ answers, tokens: 3 });
  });

  it('is not believed where answers are missing or too short', async () => {
    await expect(runJob(answering([[7, 8, 9], [7]]), job)).rejects.toThrow(
      'Only 1 of 2 answers have 3 tokens.',
    );
    await expect(runJob(answering([[7, 8, 9]]), job)).rejects.toThrow('Only 1 of 2 answers');
  });

  it('that fails is told of with what it said', async () => {
    await expect(runJob(program("throw new Error('no such model')"), job)).rejects.toThrow(
      'It ended with code 1. Error: no such model',
    );
    await expect(runJob(program('process.kill(process.pid, 9)'), job)).rejects.toThrow(
      'It was ended by SIGKILL.',
    );
    await expect(runJob(['/there/is/no/such/program'], job)).rejects.toThrow('ENOENT');
  });
});
