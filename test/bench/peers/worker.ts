/** The child process: `node worker.ts JOB RESULT` loads one engine, writes the job's answers, and says what it took. */
import { readFileSync, writeFileSync } from 'node:fs';
import { isWinnowEngine } from './forms.ts';
import type { Job, JobResult, Writer } from './job.ts';

/** Only the engine that is measured is loaded. */
function loadWriter(job: Job): Promise<Writer> {
  const { engine } = job;
  if (isWinnowEngine(engine)) return import('./writers/winnow.ts').then(({ load }) => load(job));
  if (engine === 'onnxruntime-naive') {
    return import('./writers/onnxruntime-naive.ts').then(({ load }) => load(job));
  }
  if (engine === 'node-llama-cpp') {
    return import('./writers/node-llama-cpp.ts').then(({ load }) => load(job));
  }
  if (engine === 'transformers.js') {
    return import('./writers/transformers.ts').then(({ load }) => load(job));
  }
  throw new RangeError(`there is no engine named ${engine}`);
}

function peakBytes(): number {
  // What maxRSS tells begins with the memory of the process that started this one; Linux also tells the true figure.
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

const [jobPath = '', resultPath = ''] = process.argv.slice(2);
const job = JSON.parse(readFileSync(jobPath, 'utf8')) as Job;
const writer = await loadWriter(job);
const { candidates, tokens, greedyTokens } = job;
const greedy = await writer.write({ candidates: 1, tokens: greedyTokens, temperature: 0 });
const written = await writer.write({ candidates, tokens, temperature: 1 });
const result: JobResult = {
  ...written,
  greedy: greedy.answers[0] ?? [],
  version: writer.version,
  peakBytes: peakBytes(),
};
writeFileSync(resultPath, JSON.stringify(result));
// Some engines keep threads that would hold the process.
process.exit(0);
