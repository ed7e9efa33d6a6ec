import { expect, it } from 'vitest';
import type { MeasureProgress } from '../../src-main/contract/model-speed.ts';
import { realEngine } from '../helpers/whole-application.ts';
import { builtInModels } from '../../src-main/surroundings.ts';
import { sharedPreparedFolder } from '../helpers/built-in-generator.ts';

it('measures the built-in reward model in about five seconds', async () => {
  const engine = realEngine();
  const told: MeasureProgress[] = [];
  const speed = await engine.measureModel(
    { path: builtInModels().reward, kind: 'reward', preparedFolder: sharedPreparedFolder },
    (progress) => told.push(progress),
  );
  engine.close();
  expect(speed).toMatchObject({ kind: 'reward', atOnce: 16, device: 'cpu', form: null });
  expect(speed.perSecond).toBeGreaterThan(0.1);
  expect(told.at(-1)).toEqual({ step: 'measuring', fraction: 1 });
});
