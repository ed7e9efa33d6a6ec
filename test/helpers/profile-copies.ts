/**
 * A process of its own, since the card has to be in its environment from the start: writes with a tiny model on WebGPU, and
 * prints what one step copies between card and processor, early in an answer and late, as JSON.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDecoder } from '../../src-main/engine/generator/open-decoder.ts';
import { loadTinyGenerator, plainSampling } from './tiny-generator.ts';

interface ProfileEvent {
  name: string;
  args?: { op_name?: string; output_type_shape?: Record<string, number[]>[] };
}

const [folder = '', steps = '0'] = process.argv.slice(2);
const rows = 16;

const built = await loadTinyGenerator(folder, { contextLength: 512 });
const decoder = await openDecoder(built.folder, built.model, {
  device: 'webgpu',
  geometry: built.facts.cache,
  sessionExtras: { enableProfiling: true, profileFilePrefix: join(folder, 'profile') },
});
const lane = await decoder.begin(40);
await lane.readChunk(Array.from({ length: 40 }, (_, token) => token + 10));
await lane.start(rows, 200);
for (let step = 0; step < Number(steps); step++) {
  await lane.advance({
    steps: 1,
    tokens: new Array<number>(rows).fill(20),
    ended: new Array<boolean>(rows).fill(false),
    uniforms: new Float32Array(rows).fill(0.5),
    seen: new Array<number[]>(rows).fill([]),
    endTokens: [2],
    sampling: plainSampling,
    logProbabilities: false,
  });
}
const cacheBytes = lane.cacheBytes;
await lane.end();
await decoder.close();
await built.close();

const [file = ''] = readdirSync(folder).filter((name) => name.startsWith('profile'));
const events = JSON.parse(readFileSync(join(folder, file), 'utf8')) as ProfileEvent[];
const copies = events.filter(
  ({ name, args }) => /^Memcpy/.test(args?.op_name ?? '') && name.endsWith('kernel_time'),
);
const bytes = copies.map(({ args }) =>
  (args?.output_type_shape ?? [])
    .flatMap((shape) => Object.values(shape))
    .reduce((sum, dims) => sum + 4 * dims.reduce((product, length) => product * length, 1), 0),
);
process.stdout.write(
  JSON.stringify({
    cacheBytes,
    copies: copies.length,
    largest: Math.max(...bytes),
    bytes: bytes.reduce((a, b) => a + b, 0),
  }),
);
