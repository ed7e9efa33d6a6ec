/**
 * How a config.json says that queries and keys are rotated, as GGUF files say it: entries, and lists of divisors
 * (modeling_rope_utils.py of transformers; gguf/rope.ts follows the result).
 */
import { architectureUnsupported } from '../gguf/faults.ts';
import type { MetadataValue } from '../gguf/metadata.ts';
import { ropeTensors } from '../gguf/rope.ts';
import { damagedFile } from './faults.ts';
import type { DecoderConfig, RopeConfig } from './decoder-config.ts';

export interface RopeEntries {
  /** Without the architecture's prefix. */
  entries: [string, MetadataValue][];
  /** Lists of divisors by the names of their tensors. */
  lists: [string, number[]][];
}

/**
 * @param headSize numbers of a head
 * @throws model-damaged, model-architecture-unsupported; ways of stretching that gguf/rope.ts does not know are left to it
 */
export function ropeEntries(config: DecoderConfig, headSize: number): RopeEntries {
  const main = mainRope(config);
  const base = main.rope_theta ?? config.rope_theta ?? 10_000;
  const share = main.partial_rotary_factor ?? config.partial_rotary_factor ?? 1;
  const dimension = Math.trunc(headSize * share);
  const scaling = scalingEntries(config, main, { base, dimension });
  const windowed = windowBase(config);
  return {
    entries: [
      ['rope.freq_base', base],
      ['rope.dimension_count', dimension],
      ...(windowed === null ? [] : [['rope.freq_base_swa', windowed] as [string, number]]),
      ...scaling.entries,
    ],
    lists: scaling.lists,
  };
}

/** Of the layers that see everything, where others rotate in their own way. */
function mainRope({ rope_parameters: parameters, rope_scaling: scaling }: DecoderConfig) {
  return parameters?.full_attention ?? { ...scaling, ...parameters };
}

function typeOf(rope: RopeConfig): string {
  return rope.rope_type ?? rope.type ?? 'default';
}

/** The base of the layers with a window; null where it is that of all. */
function windowBase({ rope_parameters, rope_local_base_freq }: DecoderConfig): number | null {
  const own = rope_parameters?.sliding_attention;
  if (own === null || own === undefined) return rope_local_base_freq ?? null;
  if (typeOf(own) !== 'default') {
    throw architectureUnsupported('it stretches the context of layers that have a window');
  }
  return own.rope_theta ?? null;
}

function scalingEntries(
  config: DecoderConfig,
  rope: RopeConfig,
  { base, dimension }: { base: number; dimension: number },
): RopeEntries {
  const original =
    config.original_max_position_embeddings ??
    rope.original_max_position_embeddings ??
    config.max_position_embeddings;
  const type = typeOf(rope);
  switch (type) {
    case 'default':
      return { entries: [], lists: [] };
    case 'linear':
      return { entries: scaled(type, required(rope, 'factor')), lists: [] };
    case 'llama3': {
      const frequencies = Array.from(
        { length: dimension / 2 },
        (_, index) => base ** ((-2 * index) / dimension),
      );
      const list = frequencies.map((frequency) => llama3Divisor(rope, original, frequency));
      return { entries: [], lists: [[ropeTensors.divisors, list]] };
    }
    case 'yarn':
      return { entries: yarnEntries(rope, original), lists: [] };
    case 'longrope':
    case 'su':
      return longRopeEntries(config, rope, original);
    default:
      return { entries: scaled(type, 1), lists: [] };
  }
}

function scaled(type: string, factor: number): [string, MetadataValue][] {
  return [
    ['rope.scaling.type', type],
    ['rope.scaling.factor', factor],
  ];
}

/** Fast frequencies stay, slow ones are divided by the factor, and those between by a mix. */
function llama3Divisor(rope: RopeConfig, original: number, frequency: number): number {
  const factor = required(rope, 'factor');
  const low = required(rope, 'low_freq_factor');
  const high = required(rope, 'high_freq_factor');
  const turns = (original * frequency) / (2 * Math.PI);
  if (turns > high) return 1;
  if (turns < low) return factor;
  const smooth = (turns - low) / (high - low);
  return 1 / ((1 - smooth) / factor + smooth);
}

function yarnEntries(rope: RopeConfig, original: number): [string, MetadataValue][] {
  const factor = required(rope, 'factor');
  // gguf/rope.ts would round the borders all the same.
  const type = rope.truncate === false ? 'yarn without rounding' : 'yarn';
  const magnitude = (scale: number) => (factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1);
  const { mscale, mscale_all_dim: ofAll } = rope;
  const ratio = Boolean(mscale) && Boolean(ofAll);
  const usual = ratio ? magnitude(mscale ?? 1) / magnitude(ofAll ?? 1) : magnitude(1);
  return [
    ...scaled(type, factor),
    ['rope.scaling.original_context_length', original],
    ['rope.scaling.yarn_beta_fast', rope.beta_fast ?? 32],
    ['rope.scaling.yarn_beta_slow', rope.beta_slow ?? 1],
    // What GGUF files multiply the usual magnitude by.
    ['rope.scaling.attn_factor', (rope.attention_factor ?? usual) / magnitude(1)],
  ];
}

function longRopeEntries(config: DecoderConfig, rope: RopeConfig, original: number): RopeEntries {
  const factor = rope.factor ?? config.max_position_embeddings / original;
  const usual = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
  const { short_factor: short, long_factor: long } = rope;
  if (!short || !long) throw damagedFile('config.json', 'it lacks the factors of its rotation');
  return {
    entries: [
      ['rope.scaling.type', 'longrope'],
      ['rope.scaling.original_context_length', original],
      ['rope.scaling.attn_factor', rope.attention_factor ?? usual],
    ],
    lists: [
      [ropeTensors.shortDivisors, short],
      [ropeTensors.longDivisors, long],
    ],
  };
}

function required(
  rope: RopeConfig,
  name: 'factor' | 'low_freq_factor' | 'high_freq_factor',
): number {
  const value = rope[name];
  if (value === null || value === undefined) {
    throw damagedFile('config.json', `it lacks "${name}" of its rotation`);
  }
  return value;
}
