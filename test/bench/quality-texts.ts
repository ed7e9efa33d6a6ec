/** The 50 texts that the forms of the linear layers are compared on, as ids of tokens. */
import { readFileSync } from 'node:fs';
import type { BuiltGenerator } from '../../src-main/engine/generator/built-generator.ts';
import { readGoldenAnswers } from '../helpers/built-in-generator.ts';
import { laneRequest, writeToEnd } from '../helpers/tiny-generator.ts';

export interface QualityText {
  ids: number[];
  /** Where the answer begins: what is before it is given, not judged. */
  from: number;
}

/** Written by hand: what people write is less to a model's liking than what it writes itself. */
const byHand: readonly (readonly [prompt: string, answer: string])[] = [
  [
    'How do I descale a kettle?',
    'Fill it half with water and half with white vinegar, bring it to the boil, and let it stand for an hour. Pour it out, wipe the inside, then boil fresh water twice and throw it away. If you still smell vinegar, do it once more.',
  ],
  [
    'Describe a market in the early morning.',
    'Before six the square belongs to the vans. Crates of leeks thump on the cobbles, somebody laughs behind a curtain of carnations, and the first coffee of the day goes round in paper cups. When the church strikes seven, the awnings are up and the cheese is already sweating.',
  ],
  [
    'What is a mortgage?',
    'A mortgage is a loan for buying a house, secured by the house itself. You pay it back over many years, with interest. If you stop paying, the bank may sell the house to get its money back.',
  ],
  [
    'Write a function in JavaScript that reverses a string.',
    'const reverse = (text) => [...text].reverse().join("");\n\nSpreading the string first keeps characters whole that take two code units, such as emoji.',
  ],
  [
    'Explain photosynthesis to a ten-year-old.',
    'Plants cook their own food. They drink water through their roots, breathe in a gas from the air called carbon dioxide, and use sunlight as the fire. What comes out is sugar for the plant and oxygen for us.',
  ],
  [
    'Give me advice for a first job interview.',
    'Read what the firm says about itself and think of two questions you really want answered. Bring one story of something you built, mended or got wrong, and what you learned. Arrive ten minutes early; shake hands; and when you do not know a thing, say so.',
  ],
  [
    'Why did the Roman Empire fall?',
    'No single cause will do. Civil wars ate its armies, plague its people, and inflation its coins; the borders were long and the neighbours had learned to fight. The western half came apart in the fifth century, while the eastern half went on for a thousand years.',
  ],
  [
    'Write a toast for a silver wedding.',
    'Twenty-five years ago Ruth said yes in the rain, and Tom says it has not stopped since. They have moved house four times, raised three loud children and one lazy dog, and still argue about the map. To Ruth and Tom: may you never find the shortest way home!',
  ],
  [
    'What is the difference between affect and effect?',
    'As a rule, "affect" is what something does and "effect" is what comes of it. The rain affected the harvest; the effect was a poor year. There are exceptions: you can effect a change, and a psychologist may speak of a flat affect.',
  ],
  [
    'Convert 72 degrees Fahrenheit to Celsius.',
    'Take away 32 and multiply by five ninths: 72 - 32 = 40, and 40 × 5 / 9 = 22.2. So 72 °F is about 22 °C, a pleasant room.',
  ],
];

const heldOut = new URL('../../resources/recipe/held-out-prompts.txt', import.meta.url);
const sampledTexts = 20;
const sampledTokens = 48;

/** The held-out prompts, one a line; `#` begins a comment. */
export function heldOutPrompts(): string[] {
  const lines = readFileSync(heldOut, 'utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

/**
 * Twenty that transformers wrote greedily (test/fixtures/golden_generator.py), twenty that the generator draws for
 * held-out prompts, and ten that a person wrote.
 */
export async function qualityTexts(generator: BuiltGenerator): Promise<QualityText[]> {
  const { tokenizer } = generator;
  const texts: QualityText[] = readGoldenAnswers()
    .prompts.slice(0, 20)
    .map(({ promptIds, answerIds }) => ({
      ids: [...promptIds, ...answerIds],
      from: promptIds.length,
    }));
  for (const prompt of heldOutPrompts().slice(0, sampledTexts)) {
    const promptIds = await tokenizer.encodePrompt(prompt);
    const lane = await generator.beginLane(laneRequest({ prompt, maxTokens: sampledTokens }));
    await lane.start([0]);
    await writeToEnd(lane, [sampledTokens]);
    texts.push({ ids: [...promptIds, ...lane.tokensOf(0)], from: promptIds.length });
    await lane.end();
  }
  for (const [prompt, answer] of byHand) {
    const promptIds = await tokenizer.encodePrompt(prompt);
    texts.push({ ids: [...promptIds, ...tokenizer.encodeText(answer)], from: promptIds.length });
  }
  return texts;
}
