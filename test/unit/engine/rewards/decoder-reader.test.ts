import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { DeviceName } from '../../../../src-main/contract/engine.ts';
import { openDecoderReader } from '../../../../src-main/engine/rewards/decoder-reader.ts';
import { openJudgingDecoder } from '../../../../src-main/engine/rewards/judging-decoder.ts';
import { temporaryFolder } from '../../../helpers/temporary-store.ts';

const fixture = fileURLToPath(
  new URL('../../../fixtures/reward-models/llama.gguf', import.meta.url),
);

/** What becomes of a graph that onnxruntime cannot load on a device. */
async function failureOn(device: DeviceName): Promise<unknown> {
  const { file, facts, heads } = await openJudgingDecoder(fixture);
  await file.close();
  const path = join(temporaryFolder(), 'missing.onnx');
  const options = { path, shape: facts, heads, chunkTokens: 32, device };
  return openDecoderReader(options).catch((error: unknown) => error);
}

describe('a decoder that judges and cannot be loaded', () => {
  it('says so', async () => {
    expect(await failureOn('cpu')).toMatchObject({
      code: 'engine-failed',
      message: 'The reward model could not be loaded.',
    });
  });

  it('blames the device where there is one, so that the processor is tried', async () => {
    expect(await failureOn('cuda')).toMatchObject({ code: 'device-failed' });
  });
});
