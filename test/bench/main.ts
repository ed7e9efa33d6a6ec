/** `npm run bench`, or `node test/bench/main.ts [--json FILE] [--n 1,16,64] [--tokens 32] [--quick]`. */
import { parseArgs } from 'node:util';
import { runBench, type BenchOptions } from './engine-bench.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    n: { type: 'string' },
    tokens: { type: 'string' },
    quick: { type: 'boolean' },
  },
});
const options: BenchOptions = { quick: values.quick ?? false };
if (values.json !== undefined) options.json = values.json;
if (values.n !== undefined) options.n = values.n.split(',').map(Number);
if (values.tokens !== undefined) options.tokens = Number(values.tokens);
await runBench(options, (line) => process.stdout.write(`${line}\n`));
