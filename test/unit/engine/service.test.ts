import { expect, it } from 'vitest';
import { createEngineService } from '../../../src-main/engine/service.ts';

const context = { shouldStop: () => false, onProgress: () => undefined };

it('says of the likelihood where the generator that it comes from runs now, as a reward and as a judge', async () => {
  const engine = createEngineService();
  for (const load of ['loadReward', 'loadJudge'] as const) {
    for (const device of ['webgpu', 'cpu'] as const) {
      const request = { path: 'likelihood', device, preparedFolder: 'prepared' };
      expect(await engine[load](request, context)).toMatchObject({ kind: 'likelihood', device });
    }
  }
});
