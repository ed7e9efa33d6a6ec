/** The settings of a run as short facts, in the order in which people ask for them, and what really computed. */
import type { RunRecord, RunSettings } from '../../../src-main/contract/run.ts';
import { computingWords } from '../../../src-main/domain/computing-words.ts';
import * as format from '../../lib/format.ts';
import { holdChoices } from './choices.ts';
import { modelName } from '../../lib/model-name.ts';

/** @param run null until the models are loaded */
export function settingWords(settings: RunSettings, run: RunRecord | null): string[] {
  const { candidates, hold, alpha, maxTokens, memory, seed, judge } = settings;
  const isCounted = typeof candidates === 'number' && hold !== 'memory';
  const bytes = run?.budgetBytes ?? (memory === 'auto' ? null : memory);
  return [
    isCounted ? `up to ${format.counted(candidates, 'answer')} each` : 'as many answers as fit',
    `held equal: ${holdWord(hold)}`,
    `${format.percent(alpha)} stopped at each check`,
    `at most ${format.counted(maxTokens, 'token')}`,
    bytes === null ? 'automatic memory' : `memory ${format.bytes(bytes)}`,
    `seed ${seed}`,
    `written by ${modelName(settings.generator)}`,
    `judged by ${modelName(settings.reward)}`,
    ...(judge === null ? [] : [`second opinion by ${modelName(judge)}`]),
    ...(run === null ? [] : computingWords(run)),
  ];
}

const holdWord = (hold: RunSettings['hold']): string =>
  (holdChoices.find(({ value }) => value === hold)?.label ?? hold).replace(/^Same /, '');
