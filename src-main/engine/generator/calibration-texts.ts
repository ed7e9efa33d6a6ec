/**
 * The texts that the 8-bit form is calibrated with: written for this purpose, of many kinds, so that most of what makes
 * a model's numbers large is met. Changing them changes the form: raise `builderVersion` with it.
 */
import type { GeneratorTokenizer } from '../tokenizer/generator-tokenizer.ts';

const conversations: readonly (readonly [prompt: string, answer: string])[] = [
  [
    'Why do the leaves of some trees turn red in autumn?',
    'In summer a leaf is full of chlorophyll, which is green. When the days grow short, the tree takes back what it can use, and the green fades. In some trees the leaf makes a red colour at that time; it may protect the leaf from bright, cold light while the last sugar is carried away.',
  ],
  [
    'Write a short story about a clock that runs backwards.',
    'Nobody in the village of Aldrey trusted the clock in the tower. At noon it struck one; at one it struck twelve. "It counts what is left," said the old baker, and she laughed, but every evening she climbed the stairs and wound it all the same.',
  ],
  [
    'Write a Python function that counts the vowels of a word.',
    '```python\ndef count_vowels(word: str) -> int:\n    """Counts a, e, i, o and u, in either case."""\n    return sum(1 for letter in word.lower() if letter in "aeiou")\n\nprint(count_vowels("Education"))  # 5\n```',
  ],
  [
    'What is 48 times 25? Show your steps.',
    '1. 48 × 25 = 48 × 100 / 4\n2. 48 × 100 = 4,800\n3. 4,800 / 4 = 1,200\n\nSo 48 × 25 = **1,200**.',
  ],
  [
    'Give me a packing list for three days of hiking.',
    '- Boots, two pairs of socks and a rain jacket\n- A tent, a sleeping bag and a mat\n- Stove, gas, matches (in a dry bag!)\n- Bread, cheese, nuts, oats and 2 litres of water a day\n- Map, compass, a whistle and a small first-aid kit',
  ],
  [
    'Traduis en français : The library opens at nine and closes at six.',
    'La bibliothèque ouvre à neuf heures et ferme à dix-huit heures.',
  ],
  [
    'Erkläre in zwei Sätzen, wie ein Regenbogen entsteht.',
    'Sonnenlicht wird in den Tropfen gebrochen, an ihrer Rückseite gespiegelt und beim Austritt noch einmal gebrochen. Weil jede Farbe dabei einen etwas anderen Weg nimmt, sehen wir sie nebeneinander am Himmel.',
  ],
  [
    'Make a JSON object for a book with a title, an author and two tags.',
    '{\n  "title": "The Quiet Harbour",\n  "author": "M. Lindqvist",\n  "year": 1987,\n  "tags": ["novel", "sea"]\n}',
  ],
  [
    'Write a polite e-mail that asks for a later deadline.',
    'Subject: Report for the spring meeting\n\nDear Dr. Okafor,\n\nthe last measurements arrive only on Thursday. May I send you the report on Monday, 14 May, instead of Friday? I am sorry for the delay.\n\nKind regards,\nJonas',
  ],
  [
    'Explain the difference between weather and climate to a child.',
    'Weather is what you see when you look out of the window: sun, rain or wind, today or tomorrow. Climate is what you pack for when you move to another country: how hot, cold or wet it usually is there, year after year.',
  ],
  [
    'Write four lines about winter that rhyme.',
    'The pond is still, the reeds are white,\nA fox has crossed the field by night;\nThe kettle sings, the lamp burns low,\nAnd all the roads are lost in snow.',
  ],
  [
    'Who was right, and why? Anna says 0.9 is larger than 0.11, Ben says it is smaller.',
    'Anna is right. 0.9 means nine tenths, which is ninety hundredths, and 0.11 is only eleven hundredths: 0.90 > 0.11. Ben compared 9 with 11, but the digits behind the point stand for ever smaller parts.',
  ],
];

/** Prompts as the model reads them, with their answers: the ids of whole texts. */
export async function calibrationTexts(
  tokenizer: Pick<GeneratorTokenizer, 'encodePrompt' | 'encodeText'>,
): Promise<number[][]> {
  const texts: number[][] = [];
  for (const [prompt, answer] of conversations) {
    texts.push([...(await tokenizer.encodePrompt(prompt)), ...tokenizer.encodeText(answer)]);
  }
  return texts;
}
