/** The cache of rows as an exported graph takes and gives it: for each part a tensor `[rows, heads, tokens, headSize]`. */
import { loadOnnxRuntime, type Tensor } from '../onnxruntime.ts';
import type { ExportShape } from './decoder-shape.ts';

export type CacheTensors = readonly Tensor[];

type CacheNumbers = Float32Array | Uint16Array;

/** One row that has read nothing. */
export async function emptyCache({ cache, cacheType }: ExportShape): Promise<CacheTensors> {
  const { Tensor } = await loadOnnxRuntime();
  const none = cacheType === 'float32' ? new Float32Array(0) : new Uint16Array(0);
  return cache.map(({ heads, headSize }) => new Tensor(cacheType, none, [1, heads, 0, headSize]));
}

/**
 * The given rows of a cache, in that order, as a new one. A row may come several times.
 * @throws RangeError where memory runs out
 */
export async function rowsOf(cache: CacheTensors, rows: readonly number[]): Promise<CacheTensors> {
  const { Tensor } = await loadOnnxRuntime();
  return cache.map((tensor) => {
    const [count = 1, ...rest] = tensor.dims;
    const data = tensor.data as CacheNumbers;
    const size = data.length / Math.max(count, 1);
    const copy = new (data.constructor as new (length: number) => CacheNumbers)(rows.length * size);
    for (const [to, from] of rows.entries()) {
      copy.set(data.subarray(from * size, (from + 1) * size), to * size);
    }
    return new Tensor(tensor.type as 'float32', copy as Float32Array, [rows.length, ...rest]);
  });
}

export function bytesOf(cache: CacheTensors): number {
  return cache.reduce((sum, { data }) => sum + (data as CacheNumbers).byteLength, 0);
}

/** Gives the memory back at once; the garbage collector would take its time. Nothing may read it afterwards. */
export function free(cache: CacheTensors): void {
  for (const { data } of cache) {
    const { buffer } = data as CacheNumbers;
    if (buffer instanceof ArrayBuffer && buffer.byteLength > 0) buffer.transfer(0);
  }
}
