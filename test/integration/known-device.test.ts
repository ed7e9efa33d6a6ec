import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeviceName } from '../../src-main/contract/engine.ts';
import type { MeasureRequest } from '../../src-main/contract/model-speed.ts';
import {
  makeWorkplace,
  openWhole,
  realEngine,
  type WholeApplication,
  type Workplace,
} from '../helpers/whole-application.ts';

let workplace: Workplace;
let whole: WholeApplication;
/** What is known of the generator; of everything else nothing is. */
let known: DeviceName | null = null;
const measured: (DeviceName | undefined)[] = [];

beforeAll(async () => {
  workplace = await makeWorkplace();
  const engine = realEngine();
  engine.measureModel = ({ kind, device = 'cpu' }: MeasureRequest) => {
    measured.push(device);
    return Promise.resolve({ kind, perSecond: 1, atOnce: 16, device, form: null });
  };
  whole = await openWhole(workplace, 'known.db', engine, {
    knownDevice: ({ path }) => Promise.resolve(path === workplace.generator ? known : null),
  });
});
afterAll(() => {
  whole.close();
  workplace.remove();
});

describe('a look into a model', () => {
  it.each([['webgpu'], ['cpu'], [null]] as const)(
    'names the device that a comparison would use, and its speed is measured there: %s',
    async (device) => {
      known = device;
      const { generator: path } = workplace;
      expect(await whole.application.checkModel(path)).toMatchObject({ supported: true, device });
      const { device: on } = await whole.application.measureModel({ path, kind: 'generator' });
      expect(on).toBe(device ?? 'cpu');
      expect(measured.at(-1)).toBe(device ?? 'cpu');
    },
  );
});
