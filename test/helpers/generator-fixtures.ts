import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The built-in generator as it lies in the repository. */
export const builtInGenerator = fileURLToPath(
  new URL(
    '../../resources/models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf',
    import.meta.url,
  ),
);

/** Reads a JSON file of test/fixtures (each is made by the Python script beside it). */
export function readFixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8'));
}

export interface GoldenPrompt {
  prompt: string;
  /** The prompt in the model's chat template. */
  promptIds: number[];
  /** The greedy answer in fp32, its end token included, at most GoldenGenerator.newTokens long. */
  answerIds: number[];
  answer: string;
  /** The gap between the two largest logits, for every token of the answer. */
  topTwoGaps: number[];
  /** Some of the logits after the prompt; in three of the prompts. */
  prefillLogits?: { ids: number[]; values: number[] };
}

export interface GoldenGenerator {
  newTokens: number;
  endToken: number;
  prompts: GoldenPrompt[];
}

/** What transformers answers greedily with the built-in generator (test/fixtures/golden_generator.py). */
export function readGoldenGenerator(): GoldenGenerator {
  return readFixture('golden-generator.json') as GoldenGenerator;
}

/** A small SentencePiece vocabulary, and texts with the ids that the sentencepiece library gives them. */
export interface SentencePieceFixture {
  tokens: string[];
  scores: number[];
  /** As in `tokenizer.ggml.token_type`. */
  kinds: number[];
  texts: string[];
  ids: number[][];
}
