import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  chooseForm,
  formName,
  weightBytes,
} from '../../../../src-main/engine/generator/choose-form.ts';
import { readModelFacts } from '../../../../src-main/engine/gguf/model-facts.ts';
import { openGgufFile } from '../../../../src-main/engine/gguf/open.ts';
import type { GgufFile, ModelFacts } from '../../../../src-main/engine/gguf/types.ts';
import { temporaryFolder } from '../../../helpers/tiny-generator.ts';
import { writeTinyGguf } from '../../../helpers/tiny-gguf.ts';

describe('the form of the linear layers', () => {
  let remove: () => Promise<void>;
  let file: GgufFile;
  let facts: ModelFacts;
  beforeAll(async () => {
    const temporary = await temporaryFolder();
    ({ remove } = temporary);
    const options = { type: 'Q4_1', embeddingType: 'Q8_0', width: 64, layers: 4 } as const;
    file = await openGgufFile(await writeTinyGguf(temporary.folder, options));
    facts = await readModelFacts(file);
  });
  afterAll(async () => {
    await file.close();
    await remove();
  });

  it('is fp32 where that fits', () => {
    expect(chooseForm(file, facts, 1e9)).toBe('fp32');
    expect(formName('fp32', file, facts)).toBe('fp32');
  });

  it('is the stored one where only that fits', () => {
    const [large, small] = [weightBytes(file, facts, 'fp32'), weightBytes(file, facts, 'stored')];
    expect(small).toBeLessThan(large / 2);
    expect(chooseForm(file, facts, 2 * large)).toBe('stored');
    expect(formName('stored', file, facts)).toBe('4-bit');
  });

  it('is never the one with a loss, which takes half of fp32 at most', () => {
    const [large, rounded] = [weightBytes(file, facts, 'fp32'), weightBytes(file, facts, 'int8')];
    expect(rounded).toBeLessThan(large / 2);
    expect(formName('int8', file, facts)).toBe('int8');
    for (const memory of [1e9, 3 * large, 2 * large, 3 * rounded]) {
      expect(chooseForm(file, facts, memory)).not.toBe('int8');
    }
  });

  it('is an error where nothing fits', () => {
    const small = weightBytes(file, facts, 'stored');
    expect(() => chooseForm(file, facts, small)).toThrow(
      expect.objectContaining({ code: 'model-too-large' }),
    );
  });
});
