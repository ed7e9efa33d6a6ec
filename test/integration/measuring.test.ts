/** A measurement takes all of the processor, and so does a comparison: they never run beside each other. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  makeWorkplace,
  openWhole,
  realEngine,
  tinySettings,
  type WholeApplication,
  type Workplace,
} from '../helpers/whole-application.ts';

let workplace: Workplace;
let whole: WholeApplication;
const looking = realEngine();

beforeAll(async () => {
  workplace = await makeWorkplace();
  whole = await openWhole(workplace, 'measuring.db', realEngine(), {
    inspect: (question) => question(looking),
  });
});

afterAll(() => {
  looking.close();
  whole.close();
  workplace.remove();
});

/** Resolves once a measurement of the generator is in its middle. `outcome` never rejects. */
async function beginToMeasure(): Promise<{ outcome: Promise<unknown> }> {
  const { promise: begun, resolve } = Promise.withResolvers<unknown>();
  const outcome = whole.application
    .measureModel({ path: workplace.generator, kind: 'generator' }, ({ step }) => {
      if (step === 'measuring') resolve(step);
    })
    .catch((error: unknown) => error);
  expect(await Promise.race([begun, outcome])).toBe('measuring');
  return { outcome };
}

it('stops what is measured when a comparison begins, and refuses to measure while it runs', async () => {
  const { outcome } = await beginToMeasure();
  const refused: Promise<unknown>[] = [];
  const run = await whole.compare(tinySettings(workplace), {
    listener: ({ type }) => {
      if (type !== 'run-began') return;
      const { generator: path } = workplace;
      const again = whole.application.measureModel({ path, kind: 'generator' });
      refused.push(again.catch((error: unknown) => error));
    },
  });
  expect(run.status).toBe('done');
  expect(await outcome).toMatchObject({ code: 'cancelled' });
  expect(await Promise.all(refused)).toMatchObject([{ code: 'usage' }]);
});

it('measures one model at a time, until it is told to stop', async () => {
  const first = await beginToMeasure();
  const second = await beginToMeasure();
  expect(await first.outcome).toMatchObject({ code: 'cancelled' });
  await whole.application.stopMeasuring();
  expect(await second.outcome).toMatchObject({ code: 'cancelled' });
});
