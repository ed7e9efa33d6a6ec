import { dequantise } from './dequantise.ts';
import { damaged } from './faults.ts';
import type { GgufFile, GgufTensor } from './types.ts';

/**
 * A tensor's numbers in fp32, in its own order.
 * @throws model-damaged where one is not finite (it would spread to every answer), and the errors of GgufFile.read.
 */
export async function readNumbers(file: GgufFile, tensor: GgufTensor): Promise<Float32Array> {
  const numbers = dequantise(tensor.type, await file.read(tensor));
  // One number that is not finite makes the sum so as well; finite fp32 numbers cannot overflow a 64-bit sum.
  let sum = 0;
  for (const number of numbers) sum += number;
  if (!Number.isFinite(sum)) {
    throw damaged(`its part "${tensor.name}" holds impossible numbers`, { tensor: tensor.name });
  }
  return numbers;
}
