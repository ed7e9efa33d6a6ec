/**
 * Drawing a token from logits, written plainly after transformers' definitions and in their order: repetition penalty,
 * temperature, top-k, top-p, min-p. The reference for the sampler inside the graph.
 */
import type { SamplingSettings } from '../../contract/engine.ts';

/** The probability with which each token is drawn, `[vocabulary]`. At temperature 0 the likeliest one has it all. */
export function tokenDistribution(
  logits: Float32Array,
  settings: SamplingSettings,
  seen: readonly number[],
): Float64Array {
  const penalised = penalise(logits, settings.repetitionPenalty, seen);
  if (settings.temperature === 0) {
    const best = likeliest(penalised);
    return penalised.map((_, token) => (token === best ? 1 : 0));
  }
  const scaled = penalised.map((logit) => logit / settings.temperature);
  let probabilities = softmax(scaled);
  for (const cut of [topK, topP, minP]) {
    const left = cut(probabilities, settings);
    if (left !== probabilities) probabilities = normalised(left);
  }
  return probabilities;
}

/**
 * @param logits `[vocabulary]`
 * @param seen ids of prompt and answer so far
 * @param uniform at least 0, below 1
 */
export function drawToken(
  logits: Float32Array,
  settings: SamplingSettings,
  seen: readonly number[],
  uniform: number,
): number {
  const probabilities = tokenDistribution(logits, settings, seen);
  let sum = 0;
  for (let token = 0; token < probabilities.length; token++) {
    sum += probabilities[token] ?? 0;
    if (sum > uniform) return token;
  }
  return likeliest(probabilities);
}

/** The model's own log-probability of a token: temperature 1, nothing cut. */
export function logProbability(logits: Float32Array, token: number): number {
  return Math.log(softmax(Float64Array.from(logits))[token] ?? NaN);
}

function penalise(logits: Float32Array, penalty: number, seen: readonly number[]): Float64Array {
  const penalised = Float64Array.from(logits);
  for (const token of new Set(seen)) {
    const logit = logits[token] ?? 0;
    penalised[token] = logit < 0 ? logit * penalty : logit / penalty;
  }
  return penalised;
}

function softmax(logits: Float64Array): Float64Array {
  let highest = -Infinity;
  for (let i = 0; i < logits.length; i++) highest = Math.max(highest, logits[i] ?? 0);
  const weights = new Float64Array(logits.length);
  for (let i = 0; i < logits.length; i++) weights[i] = Math.exp((logits[i] ?? 0) - highest);
  return normalised(weights);
}

function normalised(weights: Float64Array): Float64Array {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i] ?? 0;
  return weights.map((weight) => weight / sum);
}

/** What is less likely than the k-th likeliest is cut. */
function topK(probabilities: Float64Array, { topK: k }: SamplingSettings): Float64Array {
  if (k === 0 || k >= probabilities.length) return probabilities;
  const least = descending(probabilities)[k - 1] ?? 0;
  return probabilities.map((probability) => (probability < least ? 0 : probability));
}

/** A token is kept when the likelier ones together hold less than top-p. */
function topP(probabilities: Float64Array, { topP: p }: SamplingSettings): Float64Array {
  if (p >= 1) return probabilities;
  let before = 0;
  let least = Infinity;
  for (const probability of descending(probabilities)) {
    if (before >= p) break;
    least = probability;
    before += probability;
  }
  return probabilities.map((probability) => (probability < least ? 0 : probability));
}

/** What is less likely than this fraction of the likeliest is cut. */
function minP(probabilities: Float64Array, { minP: fraction }: SamplingSettings): Float64Array {
  if (fraction <= 0) return probabilities;
  const least = fraction * probabilities.reduce((a, b) => Math.max(a, b), 0);
  return probabilities.map((probability) => (probability < least ? 0 : probability));
}

function descending(values: Float64Array): Float64Array {
  return values.toSorted((a, b) => b - a);
}

function likeliest(values: Float64Array): number {
  let best = 0;
  for (let token = 1; token < values.length; token++) {
    if ((values[token] ?? 0) > (values[best] ?? 0)) best = token;
  }
  return best;
}
