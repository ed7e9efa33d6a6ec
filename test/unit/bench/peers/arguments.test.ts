import { describe, expect, it } from 'vitest';
import { readPeerArguments } from '../../../bench/peers/arguments.ts';

const known = ['winnow', 'node-llama-cpp', 'vllm'];

describe('the words behind bench:peers', () => {
  it('measures every engine, twice, where nothing is said', () => {
    expect(readPeerArguments([], known)).toEqual({
      n: [1, 16, 64],
      tokens: [128],
      engines: known,
      topK: 0,
      turns: 2,
      json: null,
      vllmPython: null,
    });
  });

  it('takes lists of numbers and of engines', () => {
    const words = [
      '--n',
      '1,256',
      '--tokens=64,512',
      '--engines',
      'vllm,winnow',
      '--top-k=40',
      '--turns=3',
    ];
    expect(readPeerArguments(words, known)).toMatchObject({
      n: [1, 256],
      tokens: [64, 512],
      engines: ['vllm', 'winnow'],
      topK: 40,
      turns: 3,
    });
  });

  it('finds Python in the environment, unless it is named', () => {
    const environment = { WINNOW_VLLM_PYTHON: '/a/python' };
    expect(readPeerArguments([], known, environment).vllmPython).toBe('/a/python');
    const named = readPeerArguments(['--vllm-python', '/b/python'], known, environment);
    expect(named.vllmPython).toBe('/b/python');
  });

  it.each([
    ['--n', '0'],
    ['--n', '1.5'],
    ['--n', '16,'],
    ['--n', 'many'],
    ['--tokens', '1'],
    ['--turns', '0'],
    ['--top-k', '9999'],
  ])('refuses %s %s with the numbers that it takes', (option, text) => {
    expect(() => readPeerArguments([option, text], known)).toThrow(
      new RegExp(`^${option} takes whole numbers from \\d+ to \\d+, not "${text}"\\.$`),
    );
  });

  it('names the engines where one is unknown', () => {
    expect(() => readPeerArguments(['--engines', 'winnow,ollama'], known)).toThrow(
      'There is no engine named "ollama". There are: winnow, node-llama-cpp, vllm.',
    );
  });
});
