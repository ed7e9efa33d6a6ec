import { describe, expect, it } from 'vitest';
import type { GeneratorFacts } from '../../../../src-main/contract/engine.ts';
import type { RunSettings } from '../../../../src-main/contract/run.ts';
import { defaultSettings } from '../../../../src-main/contract/settings.ts';
import { settingNotices } from '../../../../src-main/core/compare/settings-as-used.ts';

/** What is told of a precision. */
function told(asked: RunSettings['form'], form: GeneratorFacts['form']): string[] {
  const settings = { ...defaultSettings, generator: 'a.gguf', reward: 'likelihood', form: asked };
  const notices = settingNotices(settings, settings, 10, { contextLength: 2048, form });
  return notices.flatMap(({ code, message }) => (code === 'precision' ? [message] : []));
}

describe('a precision that was asked for', () => {
  it.each<[RunSettings['form'], GeneratorFacts['form']]>([
    ['auto', '4-bit'],
    ['stored', '4-bit'],
    ['stored', 'fp16'],
    ['fp32', 'fp32'],
    ['int8', 'int8'],
  ])('is not worth a word where it is used: %s as %s', (asked, form) => {
    expect(told(asked, form)).toEqual([]);
  });

  it.each<[RunSettings['form'], GeneratorFacts['form'], string]>([
    ['int8', '4-bit', 'as stored (4 bits)'],
    ['fp32', 'fp16', 'as stored (16 bits)'],
    ['int8', 'fp32', 'exact (32 bits)'],
  ])('is told, with the one that is used, where it is not: %s, but %s', (asked, form, words) => {
    expect(told(asked, form)).toEqual([
      expect.stringContaining(
        `not possible for this model on this device. It is computed with another: ${words}.`,
      ),
    ]);
  });
});
