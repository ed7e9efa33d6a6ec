/** What is said of how the models of a run computed: on which device, and how exactly. */
import type { DeviceName, GeneratorFacts } from '../contract/engine.ts';
import type { RunRecord } from '../contract/run.ts';

/** Each fits behind "on". */
const places: Record<DeviceName, string> = {
  cpu: 'the processor',
  cuda: 'the NVIDIA graphics card (CUDA)',
  dml: 'the graphics card (DirectML)',
  webgpu: 'the graphics card (WebGPU)',
  coreml: 'Apple hardware (Core ML)',
};

/** How a generator's numbers are kept and multiplied, by the form that its facts name (`fp32`, `4-bit`, `int8`). */
export function formWords(form: GeneratorFacts['form']): string {
  if (form === 'fp32') return 'exact (32 bits)';
  if (form === 'int8') return 'with 8-bit numbers (faster, slightly different)';
  if (form === 'fp16') return 'as stored (16 bits)';
  const bits = /^(\d+)-bit/.exec(form)?.[1];
  return bits === undefined
    ? form
    : `as stored (${bits} bits${form.endsWith('fp16') ? ', fp16' : ''})`;
}

/** What really computed, which is not always what was asked for. One fact, or more where the models ran apart. */
export function computingWords({
  generator,
  reward,
  judge,
}: Pick<RunRecord, 'generator' | 'reward' | 'judge'>): string[] {
  const apart = (verb: string, facts: { device: DeviceName } | null): string[] =>
    facts === null || facts.device === generator.device
      ? []
      : [`${verb} on ${places[facts.device]}`];
  return [
    `on ${places[generator.device]}, ${formWords(generator.form)}`,
    ...apart('judged', reward),
    ...apart('second opinion', judge),
  ];
}
