import { blockLayouts } from '../../src-main/engine/gguf/block-types.ts';
import type { TensorType } from '../../src-main/engine/gguf/types.ts';

/** A small seeded generator (mulberry32), uniform on [0, 1): only for making test data. */
export function seededUniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export const typeNumbers: Record<TensorType, number> = {
  F32: 0,
  F16: 1,
  Q4_0: 2,
  Q4_1: 3,
  Q5_0: 6,
  Q5_1: 7,
  Q8_0: 8,
  Q2_K: 10,
  Q3_K: 11,
  Q4_K: 12,
  Q5_K: 13,
  Q6_K: 14,
  IQ4_NL: 20,
  IQ4_XS: 23,
  BF16: 30,
  MXFP4: 39,
};

/** The bits of a positive number as half precision, cut off (no rounding): exact enough for test data. */
export function halfBits(number: number): number {
  if (number === 0) return 0;
  const sign = number < 0 ? 0x8000 : 0;
  const exponent = Math.floor(Math.log2(Math.abs(number)));
  if (exponent < -14) return sign | Math.floor(Math.abs(number) * 2 ** 24);
  const fraction = Math.floor((Math.abs(number) / 2 ** exponent - 1) * 1024);
  return sign | ((exponent + 15) << 10) | fraction;
}

/**
 * A tensor of `elementCount` random numbers around 0, stored in that type.
 * @param deviation their standard deviation, roughly.
 */
export function randomTensorBytes(
  type: TensorType,
  elementCount: number,
  deviation: number,
  uniform: () => number,
): Uint8Array {
  const layout = blockLayouts[type];
  const bytes = new Uint8Array((elementCount / layout.elements) * layout.bytes);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length; at += layout.bytes) {
    writeBlock(type, view, at, deviation, uniform);
  }
  return bytes;
}

function writeBlock(
  type: TensorType,
  view: DataView,
  at: number,
  deviation: number,
  uniform: () => number,
): void {
  const number = (2 * uniform() - 1) * deviation * Math.sqrt(3);
  const half = (offset: number, value: number) => {
    view.setUint16(at + offset, halfBits(value), true);
  };
  const bytes = (from: number, to: number, next = () => Math.floor(uniform() * 256)) => {
    for (let i = from; i < to; i++) view.setUint8(at + i, next());
  };
  // Deviations of uniform whole numbers: 4 bits 4.61, 5 bits 9.23, 6 bits 18.5, 8 bits 73.9.
  switch (type) {
    case 'F32':
      view.setFloat32(at, number, true);
      return;
    case 'F16':
      half(0, number);
      return;
    case 'BF16': {
      const whole = new DataView(new Float32Array([number]).buffer);
      view.setUint16(at, whole.getUint16(2, true), true);
      return;
    }
    case 'Q4_0':
      half(0, deviation / 4.61);
      bytes(2, 18);
      return;
    case 'Q4_1':
      half(0, deviation / 4.61);
      half(2, (-7.5 * deviation) / 4.61);
      bytes(4, 20);
      return;
    case 'Q5_0':
      half(0, deviation / 9.23);
      bytes(2, 22);
      return;
    case 'Q5_1':
      half(0, deviation / 9.23);
      half(2, (-15.5 * deviation) / 9.23);
      bytes(4, 24);
      return;
    case 'Q8_0':
      half(0, deviation / 73.9);
      bytes(2, 34);
      return;
    case 'Q4_K':
    case 'Q5_K': {
      // All sub-blocks have the scale and the minimum 33, whose bits repeat in the 12 packed bytes.
      const levels = type === 'Q4_K' ? 4.61 : 9.23;
      half(0, deviation / levels / 33);
      half(2, ((type === 'Q4_K' ? 7.5 : 15.5) * deviation) / levels / 33);
      bytes(4, 12, () => 33 | (2 << 6));
      bytes(12, 16, () => 1 | (1 << 4));
      bytes(16, blockLayouts[type].bytes);
      return;
    }
    case 'Q6_K':
      bytes(0, 192);
      bytes(192, 208, () => 32);
      half(208, deviation / 18.5 / 32);
      return;
    case 'Q2_K':
      // Scales of 9 and minima of 9; two bits deviate by 1.12 around 1.5.
      bytes(0, 16, () => 9 | (9 << 4));
      bytes(16, 80);
      half(80, deviation / 1.12 / 9);
      half(82, (1.5 * deviation) / 1.12 / 9);
      return;
    case 'Q3_K':
      // All scales are 42 - 32; three bits deviate by 2.29.
      bytes(0, 96);
      bytes(96, 104, () => 10 | (10 << 4));
      bytes(104, 108, () => 0b10101010);
      half(108, deviation / 2.29 / 10);
      return;
    case 'IQ4_NL':
      half(0, deviation / 71.3);
      bytes(2, 18);
      return;
    case 'IQ4_XS':
      // All scales are 42 - 32.
      half(0, deviation / 71.3 / 10);
      bytes(2, 4, () => 0b10101010);
      bytes(4, 8, () => 10 | (10 << 4));
      bytes(8, 136);
      return;
    case 'MXFP4':
      // Twice the table's numbers deviate by 5.2.
      view.setUint8(at, 128 + Math.round(Math.log2(deviation / 5.2)));
      bytes(1, 17);
      return;
  }
}
