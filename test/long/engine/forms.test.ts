import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  loadBuiltGenerator,
  type BuiltGenerator,
} from '../../../src-main/engine/generator/built-generator.ts';
import { tokenDistribution } from '../../../src-main/engine/generator/naive-sampler.ts';
import type { LinearForm } from '../../../src-main/contract/engine.ts';
import type { StepReference } from '../../../src-main/engine/generator/step-reference.ts';
import {
  builtInGeneratorPath,
  readGoldenAnswers,
  sharedPreparedFolder,
} from '../../helpers/built-in-generator.ts';
import { loadReferenceOf } from '../../helpers/golden-check.ts';
import { plainSampling } from '../../helpers/tiny-generator.ts';

const rounded: LinearForm[] = ['stored', 'int8'];

describe('the built-in generator in fewer bits', () => {
  const closing: (BuiltGenerator | StepReference)[] = [];
  const references = new Map<LinearForm, StepReference>();
  beforeAll(async () => {
    for (const form of ['fp32', ...rounded] satisfies LinearForm[]) {
      const generator = await loadBuiltGenerator({
        path: builtInGeneratorPath,
        preparedFolder: sharedPreparedFolder,
        device: 'cpu',
        form,
      });
      const reference = await loadReferenceOf(generator);
      closing.push(generator, reference);
      references.set(form, reference);
    }
  });
  afterAll(async () => {
    for (const one of closing) await one.close();
  });

  it.each(rounded)('loses little, and this much (%s)', async (form) => {
    const [reference, own] = [references.get('fp32'), references.get(form)];
    if (reference === undefined || own === undefined) throw new Error('not loaded');
    let [places, same, divergence, loss] = [0, 0, 0, 0];
    for (const { promptIds, answerIds } of readGoldenAnswers().prompts) {
      for (const length of [0, 5, 10, 20, 40]) {
        const next = answerIds[length];
        if (next === undefined) continue;
        const ids = [...promptIds, ...answerIds.slice(0, length)];
        const p = tokenDistribution(await reference.logitsAfter(ids), plainSampling, []);
        const q = tokenDistribution(await own.logitsAfter(ids), plainSampling, []);
        places += 1;
        if (argMax(p) === argMax(q)) same += 1;
        loss += Math.log(p[next] ?? 0) - Math.log(q[next] ?? 0);
        p.forEach((value, token) => {
          if (value > 0) divergence += value * Math.log(value / (q[token] ?? 0));
        });
      }
    }
    const measured = { places, same: same / places, divergence: divergence / places };
    console.log({ form, ...measured, lossInNats: loss / places });
    expect(measured.same).toBeGreaterThan(0.9);
    expect(measured.divergence).toBeLessThan(0.02);
  });
});

function argMax(values: Float64Array): number {
  return values.reduce((best, value, token) => (value > (values[best] ?? 0) ? token : best), 0);
}
