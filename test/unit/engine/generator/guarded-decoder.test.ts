import { expect, it } from 'vitest';
import type { Decoder } from '../../../../src-main/engine/generator/decoder.ts';
import { guardedDecoder } from '../../../../src-main/engine/generator/guarded-decoder.ts';

/** A card that is lost while a lane writes; no real one can be made to. */
function losingDecoder(): Decoder {
  return {
    geometry: { bytesPerToken: 1, blockTokens: 16, runTokens: 1, chunkTokens: 64, layers: 1 },
    begin: () =>
      Promise.resolve({
        cacheBytes: 7,
        runRoom: 3,
        readChunk: () => Promise.resolve(1),
        start: () => Promise.resolve(),
        advance: () => Promise.reject(new Error('WebGPU device lost (1): unplugged')),
        keep: () => Promise.resolve(),
        end: () => Promise.resolve(),
      }),
    close: () => Promise.resolve(),
  };
}

const request = {
  steps: 1,
  tokens: [1],
  ended: [false],
  uniforms: new Float32Array(1),
  seen: [[]],
  endTokens: [],
  sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 },
  logProbabilities: false,
};

it('a device that is lost while it writes is an error of its own', async () => {
  const lane = await guardedDecoder(losingDecoder(), 'webgpu').begin(1);
  expect([lane.cacheBytes, lane.runRoom]).toEqual([7, 3]);
  await expect(lane.advance(request)).rejects.toMatchObject({
    code: 'device-failed',
    details: { device: 'webgpu', lost: true },
  });
});

it('the processor’s errors stay what they are', async () => {
  const lane = await guardedDecoder(losingDecoder(), 'cpu').begin(1);
  await expect(lane.advance(request)).rejects.toThrow('unplugged');
});
