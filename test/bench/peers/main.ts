/**
 * `npm run bench:peers`: Winnow against what people would use instead. docs/benchmark.md tells how to read it.
 *
 * Options: --n 1,16,64 --tokens 128 --engines a,b --top-k 0 --turns 2 --vllm-python PATH --json FILE
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtInGeneratorPath, sharedPreparedFolder } from '../../helpers/built-in-generator.ts';
import { readPeerArguments, type PeerOptions } from './arguments.ts';
import { benchPeers } from './bench.ts';
import { engineNames } from './engines.ts';

const options = readOptions();
if (options === null) process.exitCode = 2;
else {
  const data = process.env.WINNOW_DATA;
  await benchPeers(options, {
    modelPath: builtInGeneratorPath,
    preparedFolder: data === undefined ? sharedPreparedFolder : join(data, 'prepared'),
    exportFolder: join(data ?? tmpdir(), 'winnow-peer-models'),
    vllmPython: options.vllmPython,
    print: (line) => process.stdout.write(`${line}\n`),
  });
}

function readOptions(): PeerOptions | null {
  try {
    return readPeerArguments(process.argv.slice(2), engineNames, process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return null;
  }
}
