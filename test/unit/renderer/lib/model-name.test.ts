/** Models are told apart by name, also where other programs give all their files the same one. */
import { describe, expect, it } from 'vitest';
import { distinctModelNames, modelName } from '../../../../src-renderer/lib/model-name.ts';

const blob = `/ollama/blobs/sha256-8fd39a21${'0'.repeat(56)}`;

describe('the name of a model', () => {
  it.each([
    ['/models/qwen.gguf', 'qwen'],
    ['C:\\models\\Qwen.GGUF', 'Qwen'],
    ['/models/reward/', 'reward'],
    ['/jan/models/llama-8b/model.gguf', 'llama-8b'],
    ['model.gguf', 'model'],
    [blob, 'model 8fd39a21'],
  ])('of %s is %s', (path, name) => {
    expect(modelName(path)).toBe(name);
  });
});

describe('names of several models', () => {
  it('stay short where they differ', () => {
    expect(distinctModelNames(['/a/one.gguf', '/a/two.gguf'])).toEqual(['one', 'two']);
  });

  it('tell as many folders as it takes to tell them apart', () => {
    const paths = ['/x/left/same/m.gguf', '/x/right/same/m.gguf', '/x/other/m.gguf'];
    expect(distinctModelNames(paths)).toEqual(['m (left/same)', 'm (right/same)', 'm (other)']);
  });

  it('are never the same for models of Jan with the same name in two places', () => {
    const paths = ['/jan/llama/model.gguf', '/data/llama/model.gguf', '/data/llama.gguf'];
    const names = distinctModelNames(paths);
    expect(new Set(names).size).toBe(3);
  });
});
