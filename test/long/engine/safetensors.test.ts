/** Every architecture as a folder of safetensors; the short tests compare what is read, these what is written. */
import { expect, it } from 'vitest';
import { loadBuiltGenerator } from '../../../src-main/engine/generator/built-generator.ts';
import { expectAnswerOf } from '../../helpers/answer-check.ts';
import { readArchitectureFixtures } from '../../helpers/architecture-fixtures.ts';
import { writeArchitectureFolder } from '../../helpers/safetensors.ts';
import { temporaryFolder } from '../../helpers/tiny-generator.ts';

it.each(readArchitectureFixtures().map((fixture) => [fixture.name, fixture] as const))(
  'a folder of %s gives what transformers gives',
  async (name, fixture) => {
    const { folder, remove } = await temporaryFolder();
    const path = await writeArchitectureFolder(folder, name);
    const preparedFolder = `${folder}/prepared`;
    const generator = await loadBuiltGenerator({
      path,
      preparedFolder,
      device: 'cpu',
      form: 'fp32',
    });
    expect(generator.facts.architecture).toBe(fixture.architecture);
    await expectAnswerOf(generator, fixture);
    await generator.close();
    await remove();
  },
);
