import { describe, expect, it } from 'vitest';
import { defaultSettings, limits } from '../../../../../src-main/contract/settings.ts';
import type { RunSettings } from '../../../../../src-main/contract/run.ts';
import {
  lengthChoices,
  strictnessChoices,
  withOwnValue,
  wordsOf,
} from '../../../../../src-renderer/features/compare/choices.ts';
import { deviceOptions } from '../../../../../src-renderer/features/compare/exact-fields.ts';
import {
  firstOwnMemory,
  memoryMeaning,
  toBytes,
  toMegabytes,
} from '../../../../../src-renderer/features/compare/memory-words.ts';
import {
  lengthNote,
  promptFault,
} from '../../../../../src-renderer/features/compare/prompt-fault.ts';
import { settingFaults } from '../../../../../src-renderer/features/compare/setting-faults.ts';
import { suggestionSets } from '../../../../../src-renderer/features/compare/suggestions.ts';

const settings: RunSettings = { ...defaultSettings, generator: 'a.gguf', reward: 'likelihood' };
const faultsWith = (changes: Partial<RunSettings>) => settingFaults({ ...settings, ...changes });

describe('the faults of settings', () => {
  it('are none where a run can begin', () => {
    expect(settingFaults(settings)).toEqual({});
    expect(faultsWith({ candidates: 'fit', memory: 1 })).toEqual({});
  });

  it('name the field and what to choose, in plain words', () => {
    expect(faultsWith({ candidates: 0 })).toEqual({
      candidates: 'Choose a whole number from 1 to 4096.',
    });
    expect(Object.keys(faultsWith({ alpha: 1 }))).toEqual(['alpha']);
    expect(Object.keys(faultsWith({ strategies: [] }))).toEqual(['strategies']);
  });

  it('take an emptied field for what it is', () => {
    expect(Object.keys(faultsWith({ maxTokens: Number.NaN }))).toEqual(['maxTokens']);
    expect(Object.keys(faultsWith({ memory: Number.NaN }))).toEqual(['memory']);
  });

  it('find a sampling setting by its own name', () => {
    const sampling = { ...settings.sampling, topP: 0, minP: 1 };
    expect(Object.keys(faultsWith({ sampling }))).toEqual(['topP', 'minP']);
  });

  it('say that the model that decides gives no second opinion, and take none for an answer', () => {
    expect(Object.keys(faultsWith({ judge: settings.reward }))).toEqual(['judge']);
    expect(faultsWith({ judge: '' })).toEqual({
      judge: 'Choose a model for the second opinion, or none.',
    });
    expect(faultsWith({ judge: null })).toEqual({});
  });

  it('say that time and words are held equal to Speculative Rejection', () => {
    expect(faultsWith({ hold: 'time', strategies: ['best-of-n', 'greedy'] }).hold).toMatch(
      /Speculative Rejection/,
    );
    expect(faultsWith({ hold: 'time' })).toEqual({});
  });
});

describe('the prompt', () => {
  it('is refused where there is nothing in it', () => {
    expect(promptFault(' \n')).toMatch(/empty/);
    expect(promptFault('Why?')).toBeNull();
  });

  it('is counted only near its limit', () => {
    expect(lengthNote('x'.repeat(limits.promptCharacters / 2))).toBeNull();
    expect(lengthNote('x'.repeat(limits.promptCharacters))).toMatch(/of 1.000.000 characters/);
  });
});

describe('the choices', () => {
  it('show a value of one’s own beside the usual ones, and no usual one twice', () => {
    const labels = (value: number) =>
      withOwnValue(strictnessChoices, value, (own) => `${own}`).map(({ label }) => label);
    expect(labels(0.5)).toEqual(['Gentle', 'Normal', 'Strict']);
    expect(labels(0.35)).toEqual(['Gentle', 'Normal', 'Strict', '0.35']);
    expect(labels(Number.NaN)).toEqual(['Gentle', 'Normal', 'Strict']);
  });

  it('say lengths in words that a person can imagine', () => {
    expect(lengthChoices.map(({ value }) => wordsOf(value))).toEqual([50, 95, 290]);
  });

  it('suggest at least six prompts at a time, each with a theme of its own', () => {
    for (const set of suggestionSets) {
      expect(set.length).toBeGreaterThanOrEqual(6);
      expect(new Set(set.map(({ theme }) => theme)).size).toBe(set.length);
      for (const { prompt } of set) expect(promptFault(prompt)).toBeNull();
    }
  });
});

describe('the devices to choose from', () => {
  it('are tried where nobody chooses, whatever is here', () => {
    const [automatic] = deviceOptions([{ name: 'cpu', usable: true, reason: 'Some processor' }]);
    expect(automatic).toEqual({
      value: 'auto',
      label: 'Automatic: the fastest that writes the same',
    });
  });

  it('cannot be chosen where they are not here', () => {
    const options = deviceOptions([
      { name: 'cpu', usable: true, reason: 'Some processor' },
      { name: 'webgpu', usable: false, reason: 'A reason' },
    ]);
    const usable = options.filter((option) => !('disabled' in option && option.disabled));
    expect(usable.map(({ value }) => value)).toEqual(['auto', 'cpu']);
  });
});

describe('what a memory budget holds', () => {
  const sized = { candidates: 32, maxTokens: 100 };

  it('is a quarter of the answers where it is automatic', () => {
    expect(memoryMeaning({ ...sized, memory: 'auto' }, null)).toBe(
      'Holds 8 answers to their full length at once.',
    );
    expect(memoryMeaning({ ...sized, memory: 'auto' }, 50_000)).toMatch(/about 40\.0 MB/);
  });

  it('is counted from a number of one’s own as far as the model is known', () => {
    expect(memoryMeaning({ ...sized, memory: 16_000_000 }, 50_000)).toMatch(/about 3 answers/);
    expect(memoryMeaning({ ...sized, memory: 1_000_000 }, 50_000)).toMatch(/Too little/);
    expect(memoryMeaning({ ...sized, memory: 1_000_000 }, null)).not.toMatch(/Holds/);
  });

  it('begins with what automatic would mean, in whole megabytes', () => {
    expect(firstOwnMemory(sized, 50_000)).toBe(40_000_000);
    expect(firstOwnMemory(sized, null)).toBe(16_000_000);
  });

  it('comes through the field in megabytes unchanged', () => {
    expect(toBytes(toMegabytes(52_279_000))).toBe(52_279_000);
    expect(toMegabytes(1_500_000)).toBe(1.5);
  });
});
