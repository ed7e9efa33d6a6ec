import { rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadBuiltGenerator } from '../../../../src-main/engine/generator/built-generator.ts';
import { readModelFacts } from '../../../../src-main/engine/gguf/model-facts.ts';
import { openGgufFile } from '../../../../src-main/engine/gguf/open.ts';
import type { GgufParts } from '../../../helpers/gguf-writer.ts';
import { splitGguf, writeParts } from '../../../helpers/split-gguf.ts';
import {
  laneRequest,
  loadTinyGenerator,
  temporaryFolder,
  writeToEnd,
} from '../../../helpers/tiny-generator.ts';
import { tinyGgufParts } from '../../../helpers/tiny-gguf.ts';

let folder: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ folder, remove } = await temporaryFolder());
});
afterEach(() => remove());

function tensorOf<Tensor>(tensors: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new Error(`${name} is missing`);
  return tensor;
}

/** Opening has to fail. */
async function faultOf(path: string): Promise<{ code: string; message: string }> {
  try {
    await (await openGgufFile(path)).close();
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('it was opened');
}

describe('a model that is split into files', () => {
  it.each([0, 1, 2])('is opened whole by part %i', async (number) => {
    const whole = tinyGgufParts();
    const paths = await writeParts(folder, splitGguf(whole, 3));
    const file = await openGgufFile(paths[number] ?? '');
    expect(file.path).toBe(paths[0]);
    expect(file.files).toEqual(paths);
    const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
    expect(file.sizeBytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
    for (const { name, bytes } of whole.tensors) {
      // A copy, as those make that show a tensor in another shape.
      const read = await file.read({ ...tensorOf(file.tensors, name) });
      expect(Buffer.from(read).equals(Buffer.from(bytes)), name).toBe(true);
    }
    expect((await readModelFacts(file)).layers).toBe(2);
    await file.close();
  });

  it('writes what the single file writes, and is another content where any part differs', async () => {
    const write = async (path: string) => {
      const preparedFolder = join(folder, 'prepared');
      const generator = await loadBuiltGenerator({ path, preparedFolder, device: 'cpu' });
      const lane = await generator.beginLane(laneRequest());
      await lane.start([0, 1]);
      await writeToEnd(lane, [16]);
      const tokens = lane.tokensOf(1);
      await generator.close();
      return { tokens, hash: generator.facts.contentHash };
    };
    const single = await loadTinyGenerator(folder);
    await single.close();
    const [first = ''] = await writeParts(folder, splitGguf(tinyGgufParts(), 2));
    const other = splitGguf(tinyGgufParts(), 2);
    other[1]?.tensors.at(-1)?.bytes.fill(0);
    const [changed = ''] = await writeParts(folder, other, 'changed');
    const split = await write(first);
    expect(split.tokens).toEqual((await write(single.facts.path)).tokens);
    expect((await write(changed)).hash).not.toBe(split.hash);
  });

  it('is named after its file where it does not say its name', async () => {
    const whole = tinyGgufParts();
    whole.entries.delete('general.name');
    const [first = ''] = await writeParts(folder, splitGguf(whole, 2), 'Some-Model-Q4_0');
    const file = await openGgufFile(first);
    expect((await readModelFacts(file)).name).toBe('Some-Model-Q4_0');
    await file.close();
  });

  it('is refused with the name of the part that is missing', async () => {
    const paths = await writeParts(folder, splitGguf(tinyGgufParts(), 3));
    await rm(paths[1] ?? '');
    const fault = await faultOf(paths[2] ?? '');
    expect(fault).toMatchObject({ code: 'model-not-found' });
    expect(fault.message).toContain('tiny-00002-of-00003.gguf');
    expect(fault.message).toContain('3 files');
  });

  it('is refused where a part was given another name', async () => {
    const paths = await writeParts(folder, splitGguf(tinyGgufParts(), 2));
    const renamed = join(folder, 'renamed.gguf');
    await rename(paths[1] ?? '', renamed);
    const fault = await faultOf(renamed);
    expect(fault).toMatchObject({ code: 'model-format-unsupported' });
    expect(fault.message).toContain('part 2 of a model in 2 files');
  });

  const strangers: [string, (parts: GgufParts[]) => void][] = [
    ['a part of another model', (parts) => parts[1]?.tensors.pop()],
    ['the same part twice', (parts) => parts.splice(1, 1, parts[0] ?? tinyGgufParts())],
    ['a whole model in the place of a part', (parts) => parts.splice(1, 1, tinyGgufParts())],
    [
      'a tensor that another part has too',
      (parts) => parts[1]?.tensors.splice(0, 1, ...(parts[0]?.tensors.slice(0, 1) ?? [])),
    ],
  ];
  it.each(strangers)('is refused with %s', async (_, change) => {
    const parts = splitGguf(tinyGgufParts(), 2);
    change(parts);
    const [first = ''] = await writeParts(folder, parts);
    const fault = await faultOf(first);
    expect(fault).toMatchObject({ code: 'model-damaged' });
    expect(fault.message).toContain('do not belong together');
    expect(fault.message).not.toContain(basename(folder));
  });
});
