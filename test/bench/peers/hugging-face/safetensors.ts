/** Writes the safetensors format: a length, a JSON header, and the tensors' bytes one behind the other. */
import { open } from 'node:fs/promises';
import type { NamedTensor } from './tensors.ts';

/** Writes fp32 tensors to a file. */
export async function writeSafetensors(
  path: string,
  tensors: readonly NamedTensor[],
): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let end = 0;
  for (const { name, shape } of tensors) {
    const begin = end;
    end += 4 * shape.reduce((product, length) => product * length, 1);
    header[name] = { dtype: 'F32', shape, data_offsets: [begin, end] };
  }
  const text = JSON.stringify(header);
  // Filled up with spaces, so that the numbers begin at a multiple of 8 bytes.
  const json = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const file = await open(path, 'w');
  try {
    await file.appendFile(length);
    await file.appendFile(json);
    for (const { read } of tensors) {
      const values = await read();
      await file.appendFile(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
  } finally {
    await file.close();
  }
}
