import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WinnowError } from '../../../../src-main/contract/errors.ts';
import { createFolderTokenizer } from '../../../../src-main/engine/folders/folder-tokenizer.ts';
import { ModelFolder } from '../../../../src-main/engine/folders/model-folder.ts';
import type { GeneratorTokenizer } from '../../../../src-main/engine/tokenizer/generator-tokenizer.ts';
import {
  readFolderTokenizers,
  writeFolder,
  type FolderFiles,
} from '../../../helpers/model-folders.ts';
import { temporaryFolder } from '../../../helpers/tiny-generator.ts';

const { texts, prompts, entries } = readFolderTokenizers();

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const open: GeneratorTokenizer[] = [];
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(async () => {
  await Promise.all(open.map((tokenizer) => tokenizer.close()));
  await folder.remove();
});

let folders = 0;
async function tokenizerOf(files: FolderFiles): Promise<GeneratorTokenizer> {
  const path = await writeFolder(`${folder.folder}/${(folders += 1)}`, files);
  const tokenizer = await createFolderTokenizer(await ModelFolder.open(path));
  open.push(tokenizer);
  return tokenizer;
}

describe.each(entries.map((entry) => [entry.name, entry] as const))('%s', (_, entry) => {
  let tokenizer: GeneratorTokenizer;
  beforeAll(async () => {
    tokenizer = await tokenizerOf(entry.files);
  });

  it('encodes texts as transformers does', () => {
    for (const [index, text] of texts.entries()) {
      expect(tokenizer.encodeText(text), text).toEqual(entry.ids[index]);
    }
  });

  it('encodes prompts in their chat template as transformers does', async () => {
    for (const [index, prompt] of prompts.entries()) {
      expect(await tokenizer.encodePrompt(prompt), prompt).toEqual(entry.promptIds[index]);
    }
  });

  it('gives texts back as transformers does', () => {
    for (const [index, ids] of entry.ids.entries()) {
      expect(tokenizer.decode(ids)).toBe(entry.decoded[index] ?? texts[index]);
    }
  });

  it('never makes a special token of a person’s text', async () => {
    const plain = await tokenizer.encodePrompt('x');
    const count = (ids: number[]) => ids.filter((id) => entry.control.includes(id)).length;
    const words = entry.control.flatMap((id) => specialText(entry.files, id));
    const ids = await tokenizer.encodePrompt(`a ${words.join('')} b ${words.join(' ')} c`);
    expect(count(ids)).toBe(count(plain));
    expect(tokenizer.encodeText(words.join('')).filter((id) => entry.control.includes(id))).toEqual(
      [],
    );
  });
});

function specialText(files: FolderFiles, id: number): string[] {
  const { added_tokens: added } = files['tokenizer.json'] as {
    added_tokens: { id: number; content: string }[];
  };
  return added.filter((token) => token.id === id).map(({ content }) => content);
}

const [chatMl, , , instructions] = entries.map(({ files }) => files);

/** The files with some of them changed; undefined: without that one. */
function filesWith(base: FolderFiles | undefined, changed: FolderFiles): FolderFiles {
  const files = { ...base, ...changed };
  return Object.fromEntries(Object.entries(files).filter(([, content]) => content !== undefined));
}

/** Its tokenizer.json with a change. */
function tokenizerWith(base: FolderFiles | undefined, change: (json: TokenizerJson) => void) {
  const json = structuredClone(base?.['tokenizer.json']) as TokenizerJson;
  change(json);
  return filesWith(base, { 'tokenizer.json': json });
}

interface TokenizerJson {
  added_tokens: Record<string, unknown>[];
  normalizer: unknown;
  pre_tokenizer: unknown;
  decoder: unknown;
  model: { vocab: Record<string, unknown>; merges: unknown; [key: string]: unknown };
}

describe('what ends an answer', () => {
  it('is what the configuration of writing says, the tokenizer’s own end and the template’s', async () => {
    const [endOfText, , endOfTurn] = [330, 331, 332];
    const named = (ends: unknown) => filesWith(chatMl, { 'generation_config.json': ends });
    const endsOf = async (files: FolderFiles) => [...(await tokenizerOf(files)).endTokens].sort();
    expect(await endsOf(filesWith(chatMl, {}))).toEqual([endOfTurn]);
    expect(await endsOf(named({ eos_token_id: endOfText }))).toEqual([endOfText, endOfTurn]);
    expect(await endsOf(named({ eos_token_id: [5, endOfText] }))).toEqual([
      endOfText,
      endOfTurn,
      5,
    ]);
    expect(await endsOf(named({ eos_token_id: [-1, 4e9] }))).toEqual([endOfTurn]);
    const config = { 'config.json': { eos_token_id: endOfText } };
    expect(await endsOf(filesWith(chatMl, config))).toEqual([endOfText, endOfTurn]);
    expect(await endsOf({ ...named({ eos_token_id: 7 }), ...config })).toEqual([endOfTurn, 7]);
  });
});

describe('other ways of writing the same', () => {
  const template = String(chatMl?.['chat_template.jinja']);
  const config = chatMl?.['tokenizer_config.json'] as object;
  const alone = { 'chat_template.jinja': undefined };
  const ways: [string, FolderFiles][] = [
    [
      'the template in tokenizer_config.json',
      { ...alone, 'tokenizer_config.json': { ...config, chat_template: template } },
    ],
    [
      'several templates',
      {
        ...alone,
        'tokenizer_config.json': {
          ...config,
          chat_template: [
            { name: 'tool_use', template: 'no' },
            { name: 'default', template },
          ],
        },
      },
    ],
    [
      'the template in chat_template.json',
      { ...alone, 'chat_template.json': { chat_template: template } },
    ],
    [
      'special tokens in special_tokens_map.json',
      {
        'tokenizer_config.json': {},
        'special_tokens_map.json': { eos_token: { content: '<|im_end|>', lstrip: false } },
      },
    ],
  ];
  it.each(ways)('%s', async (_, changed) => {
    const tokenizer = await tokenizerOf(filesWith(chatMl, changed));
    expect(await tokenizer.encodePrompt(prompts[0] ?? '')).toEqual(entries[0]?.promptIds[0]);
    expect([...tokenizer.endTokens]).toEqual([332]);
  });

  it('merges as texts', async () => {
    const files = tokenizerWith(chatMl, ({ model }) => {
      model.merges = (model.merges as string[][]).map((pair) => pair.join(' '));
    });
    const tokenizer = await tokenizerOf(files);
    expect(texts.map((text) => tokenizer.encodeText(text))).toEqual(entries[0]?.ids);
  });

  it('a mark for spaces as older files say it', async () => {
    const always = tokenizerWith(instructions, (json) => {
      json.normalizer = null;
      json.pre_tokenizer = { type: 'Metaspace', replacement: '▁', add_prefix_space: true };
      json.decoder = { type: 'Metaspace', replacement: '▁', add_prefix_space: true };
    });
    const tokenizer = await tokenizerOf(always);
    const split = entries.find(({ name }) => name === 'split-metaspace');
    expect(tokenizer.encodeText('two words')).toEqual(tokenizer.encodeText(' two words'));
    expect(tokenizer.encodeText(texts[0] ?? '')).toEqual(split?.ids[0]);
    expect(tokenizer.decode(tokenizer.encodeText('two words'))).toBe('two words');
  });
});

describe('a tokenizer that cannot be used', () => {
  const unsupported = 'model-tokenizer-unsupported';
  const json = (change: (json: TokenizerJson) => void) => tokenizerWith(chatMl, change);
  const faults: [string, string, FolderFiles][] = [
    ['no tokenizer.json', 'model-format-unsupported', { 'tokenizer.json': undefined }],
    ['half a file', 'model-damaged', { 'tokenizer.json': '{"model": {' }],
    ['a list', 'model-damaged', { 'tokenizer.json': [] }],
    ['no model', 'model-damaged', { 'tokenizer.json': { added_tokens: [] } }],
    ['no template', 'chat-template-missing', { 'chat_template.jinja': undefined }],
    ['an empty template', 'chat-template-missing', { 'chat_template.jinja': ' \n' }],
    ['a broken template', 'chat-template-failed', { 'chat_template.jinja': '{% if %}{{' }],
    ['ends that are words', 'model-damaged', { 'generation_config.json': { eos_token_id: 'x' } }],
    ['another kind of model', unsupported, json(({ model }) => (model['type'] = 'Unigram'))],
    ['parts of words', unsupported, json(({ model }) => (model['end_of_word_suffix'] = '</w>'))],
    ['no vocabulary', 'model-damaged', json(({ model }) => Reflect.deleteProperty(model, 'vocab'))],
    ['ids that are words', 'model-damaged', json(({ model }) => (model.vocab['a'] = 'b'))],
    ['an endless id', 'model-damaged', json(({ model }) => (model.vocab['a'] = 2 ** 40))],
    ['no merges', 'model-damaged', json(({ model }) => (model.merges = null))],
    ['a merge of three', 'model-damaged', json(({ model }) => (model.merges = [['a', 'b', 'c']]))],
    ['a merge of strangers', 'model-damaged', json(({ model }) => (model.merges = [['Q', 'Q']]))],
    [
      'missing letters',
      unsupported,
      json(({ model }) => {
        Reflect.deleteProperty(model.vocab, 'z');
        model.merges = [];
      }),
    ],
    ['unknown changes', unsupported, json((all) => (all.normalizer = { type: 'Precompiled' }))],
    ['unknown splitting', unsupported, json((all) => (all.pre_tokenizer = { type: 'Whitespace' }))],
    ['splitting by nothing', unsupported, json((all) => (all.pre_tokenizer = { type: 'Split' }))],
    [
      'a broken pattern',
      unsupported,
      json((all) => {
        all.pre_tokenizer = { type: 'Split', pattern: { Regex: '(' }, behavior: 'Isolated' };
      }),
    ],
    [
      'a sequence of itself',
      unsupported,
      json((all) => {
        all.pre_tokenizer = { type: 'Sequence', pretokenizers: [all.pre_tokenizer] };
      }),
    ],
    [
      'a sequence of nothing',
      unsupported,
      json((all) => (all.pre_tokenizer = { type: 'Sequence' })),
    ],
    ['unknown joining', unsupported, json((all) => (all.decoder = { type: 'WordPiece' }))],
    ['no joining', unsupported, json((all) => (all.decoder = null))],
  ];
  it.each(faults)('is refused with a sentence: %s', async (_, code, changed) => {
    const error: unknown = await tokenizerOf(filesWith(chatMl, changed)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(WinnowError);
    expect(error).toMatchObject({ code });
    expect(String(error)).not.toMatch(/undefined|\[object/);
  });
});
