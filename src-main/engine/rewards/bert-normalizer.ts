import * as v from 'valibot';

/**
 * BERT's text normaliser, character by character as Hugging Face's tokenizers does it (normalizers/bert.rs), with which
 * reward models are trained. The JavaScript library's own takes apart neither the Chinese characters beyond U+FFFF nor
 * lower-cases letter by letter (it writes a word's last Greek sigma in another way).
 */
const optionsSchema = v.looseObject({
  type: v.literal('BertNormalizer'),
  clean_text: v.optional(v.boolean(), true),
  handle_chinese_chars: v.optional(v.boolean(), true),
  /** null: as `lowercase`. */
  strip_accents: v.nullish(v.boolean()),
  lowercase: v.optional(v.boolean(), true),
});

/**
 * Makes the normaliser that tokenizer.json describes.
 * @returns undefined where it describes another kind than BERT's
 */
export function makeBertNormalizer(options: unknown): ((text: string) => string) | undefined {
  const parsed = v.safeParse(optionsSchema, options);
  if (!parsed.success) return undefined;
  const { clean_text, handle_chinese_chars, strip_accents, lowercase } = parsed.output;
  const steps: ((text: string) => string)[] = [];
  if (clean_text) steps.push(cleanText);
  if (handle_chinese_chars) steps.push((text) => text.replaceAll(chinese, ' $& '));
  if (strip_accents ?? lowercase) {
    steps.push((text) => text.normalize('NFD').replaceAll(/\p{Mn}/gu, ''));
  }
  if (lowercase) steps.push((text) => mapCharacters(text, (letter) => letter.toLowerCase()));
  return (text) => steps.reduce((changed, step) => step(changed), text);
}

/** The blocks of Chinese characters as BERT lists them. */
const chinese =
  /[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]/gu;

function cleanText(text: string): string {
  return text
    .replaceAll(/(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]|\uFFFD/gu, '')
    .replaceAll(/\p{White_Space}/gu, ' ');
}

function mapCharacters(text: string, change: (character: string) => string): string {
  return Array.from(text, change).join('');
}
