import { describe, expect, it } from 'vitest';
import type { ModelCheck } from '../../../../../src-main/contract/engine.ts';
import { checkFacts } from '../../../../../src-renderer/features/models/model-words.ts';

const check: ModelCheck = {
  ...{ path: 'models/tiny.gguf', kind: 'generator', name: 'Tiny', architecture: 'llama' },
  ...{ licence: null, sizeBytes: 4e9, quantisation: 'Q4_1', contextLength: 2048 },
  ...{ vocabularySize: 64, cacheBytesPerToken: 1e4, judging: null },
  memory: {
    ...{ weights: 4e9, loading: 0, mapped: 0, tokenizer: 0 },
    ...{ working: 0, kept: 0, perRow: 0, cacheBytesPerToken: 1e4 },
  },
  ...{ form: '4-bit', preparedBytes: 4.2e9, device: 'cpu' },
  ...{ supported: true, warnings: [], problem: null },
};
const factsOf = (changes: Partial<ModelCheck> = {}) =>
  Object.fromEntries(checkFacts({ ...check, ...changes }));

describe('what is said of a model that was looked at', () => {
  it('names the device and the form in words', () => {
    expect(factsOf()['Computes on']).toBe('Processor, as stored (4 bits)');
    expect(factsOf({ form: null })['Computes on']).toBe('Processor');
    expect(factsOf({ device: null })['Computes on']).toContain('first comparison finds out');
  });

  it('says what it takes on the disk, where it is prepared at all', () => {
    expect(factsOf()['Is prepared']).toMatch(/^at its first use: 4\.2\d? GB on the disk$/);
    expect(factsOf({ preparedBytes: null })).not.toHaveProperty('Is prepared');
  });

  it('says for how long answers the memory is told', () => {
    expect(factsOf()['Needs']).toMatch(/GB for 1 answer, .*GB for 64, of 200 tokens each$/);
  });

  it('says nothing of how a model computes that cannot be used', () => {
    const facts = factsOf({ supported: false });
    expect(Object.keys(facts)).not.toContain('Computes on');
    expect(Object.keys(facts)).not.toContain('Is prepared');
  });
});
