import { expect, it } from 'vitest';
import { loadArchitecture, readArchitectureFixtures } from '../../helpers/architecture-fixtures.ts';
import { busyLane, expectSameAnswers, throughDeviceGraph } from '../../helpers/device-lanes.ts';
import { temporaryFolder } from '../../helpers/tiny-generator.ts';

it.each(readArchitectureFixtures().map(({ name }) => name))(
  'the graph for graphics cards writes what the loop writes (%s)',
  async (name) => {
    const { folder, remove } = await temporaryFolder();
    const built = await loadArchitecture(name, folder, { form: 'fp32' });
    const expected = await busyLane(built);
    for (const stepsPerRun of [1, 4]) {
      const { generator, close } = await throughDeviceGraph(built, stepsPerRun);
      const actual = await busyLane(generator);
      expect(actual.some(({ tokens }) => tokens.length > 16)).toBe(true);
      expectSameAnswers(actual, expected);
      await close();
    }
    await built.close();
    await remove();
  },
);
