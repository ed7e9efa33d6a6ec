/** What a run really uses of its settings, and the sentences that say where that is not what was asked for. */
import type { GeneratorFacts } from '../../contract/engine.ts';
import type { NoticeEvent } from '../../contract/events.ts';
import type { RunSettings } from '../../contract/run.ts';
import { defaultSettings } from '../../contract/settings.ts';
import { formWords } from '../../domain/computing-words.ts';

export type SettingNotice = Pick<NoticeEvent, 'code' | 'message'>;

/**
 * The settings to record. Answers have no more tokens than the model's context leaves. Where a stated memory is held
 * equal, it alone decides how many answers there are, as `fit` says; the memory `auto` is still made for the number.
 * @param maxTokens the most tokens that an answer can have after this prompt
 */
export function settingsAsUsed(settings: RunSettings, maxTokens: number): RunSettings {
  const isNumberUnused = settings.hold === 'memory' && settings.memory !== 'auto';
  const candidates = isNumberUnused ? 'fit' : settings.candidates;
  return { ...settings, maxTokens, candidates };
}

/** What to tell in every lane. A number of candidates that nobody chose is not worth a word. */
export function settingNotices(
  asked: RunSettings,
  used: RunSettings,
  promptTokens: number,
  { contextLength, form }: Pick<GeneratorFacts, 'contextLength' | 'form'>,
): SettingNotice[] {
  const notices: SettingNotice[] = [];
  if (used.maxTokens < asked.maxTokens) {
    notices.push({
      code: 'answers-shortened',
      message: `The prompt takes ${promptTokens} of the ${contextLength} tokens that the model can read, so answers have at most ${used.maxTokens} tokens, not the ${asked.maxTokens} asked for.`,
    });
  }
  const isNumberChosen =
    asked.candidates !== 'fit' && asked.candidates !== defaultSettings.candidates;
  if (asked.hold === 'memory' && isNumberChosen) {
    const role = asked.memory === 'auto' ? 'only chose the memory' : 'play no part';
    notices.push({
      code: 'candidates-from-memory',
      message: `The memory is held equal, so it decides how many answers are written; the ${asked.candidates} candidates asked for ${role}.`,
    });
  }
  if (!isFormUsed(asked.form, form)) {
    notices.push({
      code: 'precision',
      message: `The precision that was asked for is not possible for this model on this device. It is computed with another: ${formWords(form)}.`,
    });
  }
  return notices;
}

/** Models that come as ONNX compute as they are, and graphics cards have no products of whole numbers. */
function isFormUsed(asked: RunSettings['form'], form: GeneratorFacts['form']): boolean {
  return asked === 'auto' || asked === 'stored' || asked === form;
}
