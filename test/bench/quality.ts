/**
 * What each form of the linear layers loses against fp32, on the built-in generator: `npm run bench:quality`.
 *
 * - likelihood: of 50 texts (quality-texts.ts), the mean log-likelihood of a token of an answer;
 * - KL: from fp32's distribution to the form's, nats a token; and how often the likeliest token is the same;
 * - greedy: of 10 prompts, how many greedy answers have the same first 20 tokens.
 *
 * Option: --json FILE
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { linearForms, type LinearForm } from '../../src-main/contract/engine.ts';
import { sessionOptions } from '../../src-main/engine/devices/session-options.ts';
import type { BuiltGenerator } from '../../src-main/engine/generator/built-generator.ts';
import { calibrationTexts } from '../../src-main/engine/generator/calibration-texts.ts';
import { storeAs } from '../../src-main/engine/generator/prepare.ts';
import { emptyStepCache, stepFeeds } from '../../src-main/engine/generator/step-feeds.ts';
import { openGgufFile } from '../../src-main/engine/gguf/open.ts';
import { buildStepGraph, stepOutputs } from '../../src-main/engine/graph/step-graph.ts';
import { WeightsFile } from '../../src-main/engine/graph/weights-file.ts';
import { loadOnnxRuntime } from '../../src-main/engine/onnxruntime.ts';
import { builtInGeneratorPath, loadBuiltInGenerator } from '../helpers/built-in-generator.ts';
import { laneRequest, plainSampling, writeToEnd } from '../helpers/tiny-generator.ts';
import { heldOutPrompts, qualityTexts, type QualityText } from './quality-texts.ts';

const greedyPrompts = 10;
const greedyTokens = 20;

interface Quality {
  form: LinearForm;
  /** Nats a token. */
  likelihood: number;
  /** Against fp32's, in percent: above 0 is a loss. */
  lossPercent: number;
  divergence: number;
  sameToken: number;
  /** Greedy answers that are the same. */
  sameGreedy: number;
}

/** Log-probabilities of every token in every place of an answer, text by text. */
type Distributions = Float32Array[][];

const { values } = parseArgs({ options: { json: { type: 'string' } } });
const results = await measure();
if (values.json !== undefined) await writeFile(values.json, JSON.stringify(results, null, 2));

async function measure(): Promise<Quality[]> {
  const reference = await loadBuiltInGenerator('fp32');
  const texts = await qualityTexts(reference);
  const places = texts.reduce((sum, { ids, from }) => sum + ids.length - from, 0);
  console.log(`${texts.length} texts, ${places} tokens of answers`);
  const answers = await greedyAnswers(reference);
  await reference.close();
  const qualities: Quality[] = [];
  let exact: { rows: Distributions; likelihood: number } | null = null;
  for (const form of linearForms) {
    const rows = await distributions(form, texts);
    const likelihood = meanLikelihood(rows, texts);
    exact ??= { rows, likelihood };
    const generator = await loadBuiltInGenerator(form);
    const own = await greedyAnswers(generator);
    await generator.close();
    const quality = {
      form,
      likelihood,
      lossPercent: 100 * (likelihood / exact.likelihood - 1),
      ...compared(exact.rows, rows),
      sameGreedy: own.filter((answer, place) => answer === answers[place]).length,
    };
    console.log(line(quality));
    qualities.push(quality);
  }
  return qualities;
}

/** The first tokens of the greedy answers, each as one string. */
async function greedyAnswers(generator: BuiltGenerator): Promise<string[]> {
  const answers: string[] = [];
  const sampling = { ...plainSampling, temperature: 0 };
  for (const prompt of heldOutPrompts().slice(0, greedyPrompts)) {
    const lane = await generator.beginLane(
      laneRequest({ prompt, sampling, maxTokens: greedyTokens, logProbabilities: false }),
    );
    await lane.start([0]);
    await writeToEnd(lane, [greedyTokens]);
    answers.push(lane.tokensOf(0).join(' '));
    await lane.end();
  }
  return answers;
}

async function distributions(form: LinearForm, texts: QualityText[]): Promise<Distributions> {
  const { InferenceSession, Tensor } = await loadOnnxRuntime();
  const folder = await mkdtemp(join(tmpdir(), 'winnow-quality-'));
  const generator = await loadBuiltInGenerator('stored');
  const { model, tokenizer } = generator;
  const file = await openGgufFile(builtInGeneratorPath);
  try {
    const onPart = () => undefined;
    const calibration = () => calibrationTexts(tokenizer);
    const store = await storeAs(form, file, model, { texts: calibration, folder, onPart });
    const weights = await WeightsFile.create(folder, 'weights.bin');
    const graph = buildStepGraph(model, await store(file, model, weights, onPart), 'all');
    weights.declare(graph);
    await weights.close();
    await writeFile(join(folder, 'all.onnx'), graph.encode());
    const session = await InferenceSession.create(join(folder, 'all.onnx'), sessionOptions('cpu'));
    const all: Distributions = [];
    for (const { ids, from } of texts) {
      const feeds = stepFeeds(Tensor, model, [ids], emptyStepCache(model));
      const results = await session.run(feeds, [stepOutputs.logits]);
      const logits = results[stepOutputs.logits]?.data as Float32Array;
      const places = Array.from({ length: ids.length - from }, (_, place) => from + place - 1);
      all.push(places.map((place) => logProbabilities(logits, place, model.vocabularySize)));
    }
    await session.release();
    return all;
  } finally {
    await generator.close();
    await file.close();
    await rm(folder, { recursive: true });
  }
}

function logProbabilities(logits: Float32Array, place: number, vocabulary: number): Float32Array {
  const row = logits.subarray(place * vocabulary, (place + 1) * vocabulary);
  const highest = row.reduce((most, value) => Math.max(most, value), -Infinity);
  const sum = row.reduce((total, value) => total + Math.exp(value - highest), 0);
  return row.map((value) => value - highest - Math.log(sum));
}

function meanLikelihood(rows: Distributions, texts: QualityText[]): number {
  let [sum, places] = [0, 0];
  for (const [text, { ids, from }] of texts.entries()) {
    for (const [place, row] of (rows[text] ?? []).entries()) {
      sum += row[ids[from + place] ?? 0] ?? 0;
      places += 1;
    }
  }
  return sum / places;
}

function compared(exact: Distributions, own: Distributions) {
  let [divergence, same, places] = [0, 0, 0];
  for (const [text, rows] of exact.entries()) {
    for (const [place, p] of rows.entries()) {
      const q = own[text]?.[place] ?? new Float32Array(0);
      p.forEach((value, token) => (divergence += Math.exp(value) * (value - (q[token] ?? 0))));
      if (likeliest(p) === likeliest(q)) same += 1;
      places += 1;
    }
  }
  return { divergence: divergence / places, sameToken: same / places };
}

function likeliest(row: Float32Array): number {
  return row.reduce((best, value, token) => (value > (row[best] ?? 0) ? token : best), 0);
}

function line(row: Quality): string {
  return [
    row.form.padEnd(7),
    `${row.likelihood.toFixed(4)} nats a token`,
    `loss ${row.lossPercent.toFixed(2)} %`.padStart(13),
    `KL ${row.divergence.toFixed(4)}`,
    `same likeliest token ${(100 * row.sameToken).toFixed(1)} %`,
    `greedy ${row.sameGreedy} of ${greedyPrompts} for ${greedyTokens} tokens`,
  ].join('   ');
}
