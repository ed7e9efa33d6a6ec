/** What is said of a model that was looked at. */
import type { ModelCheck } from '../../../src-main/contract/engine.ts';
import type { ModelMemory } from '../../../src-main/contract/model-memory.ts';
import type { ModelSpeed } from '../../../src-main/contract/model-speed.ts';
import { formWords } from '../../../src-main/domain/computing-words.ts';
import { rewardWords, textWords } from '../../../src-main/domain/judging-words.ts';
import { memoryAlone } from '../../../src-main/domain/memory-need.ts';
import { deviceLabel } from '../../lib/device-words.ts';
import { bytes, count } from '../../lib/format.ts';
import type { ModelKind } from '../../state/remembered-models.ts';

export const kindWords: Record<ModelKind, { title: string; what: string; term: string }> = {
  generator: {
    title: 'The model that writes',
    what: 'A GGUF file, as LM Studio, Ollama and Jan keep them, or a folder from Hugging Face.',
    term: 'generator',
  },
  reward: {
    title: 'The model that judges',
    what: 'A folder from Hugging Face with a model that scores answers, or a GGUF file of one.',
    term: 'reward model',
  },
};

/** What the check found, as pairs of a name and a value. */
export function checkFacts(check: ModelCheck): [string, string][] {
  const facts: [string, string | null][] = [
    ['Kind', check.architecture],
    ['Size', bytes(check.sizeBytes)],
    ['Weights', check.quantisation],
    ['Reads at most', check.contextLength === null ? null : `${count(check.contextLength)} tokens`],
    ['Judges', check.judging && textWords(check.judging)],
    ['Score', check.judging && rewardWords(check.judging)],
    ['Memory of an answer', cacheWords(check.cacheBytesPerToken)],
    ['Needs', check.memory && needWords(check.memory, check.kind)],
    ['Computes on', check.supported ? computesWords(check) : null],
    ['Is prepared', check.supported ? preparedWords(check) : null],
    ['Licence', check.licence ?? 'not told'],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== null);
}

/** Prompt and answer together, for which the memory is told. */
const usualTokens = 200;

/** How much memory, Winnow itself included. */
function needWords(memory: ModelMemory, kind: ModelKind): string {
  const need = (rows: number) => bytes(memoryAlone(memory, rows, usualTokens).bytes);
  return kind === 'generator'
    ? `${need(1)} for 1 answer, ${need(64)} for 64, of ${usualTokens} tokens each`
    : need(1);
}

function computesWords({ device, form }: ModelCheck): string {
  const where =
    device === null ? 'The first comparison finds out where it is fastest' : deviceLabel(device);
  return form === null ? where : `${where}, ${formWords(form)}`;
}

const preparedWords = ({ preparedBytes }: ModelCheck): string | null =>
  preparedBytes === null ? null : `at its first use: ${bytes(preparedBytes)} on the disk`;

/** A measured speed in a sentence. */
export function speedWords({ kind, perSecond, atOnce, device }: ModelSpeed): string {
  const number = perSecond >= 10 ? count(Math.round(perSecond)) : perSecond.toFixed(1);
  return kind === 'generator'
    ? `${number} tokens a second, ${atOnce} answers at once (${deviceLabel(device)}).`
    : `${number} texts of about 100 tokens a second (${deviceLabel(device)}).`;
}

const cacheWords = (perToken: number | null): string | null =>
  perToken === null ? null : `${bytes(perToken * 100)} for 100 tokens`;

/** Why a model that works by itself does not fit where it is asked for; null where it does. */
export function wrongKind(check: ModelCheck, wanted: ModelKind): string | null {
  if (check.kind === wanted) return null;
  return wanted === 'generator'
    ? 'This is a model that judges, not one that writes. Choose a GGUF file or the folder of a model that writes.'
    : 'This is a model that writes, not one that judges. Choose a reward model.';
}
