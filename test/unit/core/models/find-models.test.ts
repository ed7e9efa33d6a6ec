import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findModels } from '../../../../src-main/core/models/find-models.ts';
import { temporaryFolder } from '../../../helpers/temporary-store.ts';

type Environment = Record<string, string | undefined>;

/** A home folder with these files; a model is as many bytes long as its path. */
function homeWith(files: Record<string, string | null>): string {
  const home = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text ?? 'x'.repeat(path.length));
  }
  return home;
}

/** What is found there: source, name, and path within the home folder. */
async function found(
  home: string,
  platform: NodeJS.Platform = 'linux',
  environment: Environment = {},
) {
  const models = await findModels({ home, platform, environment });
  return models.map(({ source, name, path }) => [source, name, path.slice(home.length + 1)]);
}

const hash = (letter: string) => letter.repeat(64);
const manifest = (letter: string) =>
  JSON.stringify({
    schemaVersion: 2,
    layers: [
      { mediaType: 'application/vnd.ollama.image.projector', digest: `sha256:${hash('9')}` },
      {
        mediaType: 'application/vnd.ollama.image.model',
        digest: `sha256:${hash(letter)}`,
        size: 7,
      },
    ],
  });
const library = 'manifests/registry.ollama.ai/library';

describe('LM Studio', () => {
  it('has its models by publisher, in its present and its earlier folder', async () => {
    const home = homeWith({
      '.lmstudio/models/pub/Tiny-GGUF/Tiny-Q4_0.gguf': null,
      '.cache/lm-studio/models/pub/Old/Old-Q8_0.GGUF': null,
      '.lmstudio/models/pub/Tiny-GGUF/readme.md': null,
    });
    expect(await found(home)).toEqual([
      ['LM Studio', 'Old-Q8_0', '.cache/lm-studio/models/pub/Old/Old-Q8_0.GGUF'],
      ['LM Studio', 'Tiny-Q4_0', '.lmstudio/models/pub/Tiny-GGUF/Tiny-Q4_0.gguf'],
    ]);
    expect((await findModels({ home, platform: 'linux', environment: {} }))[0]?.sizeBytes).toBe(45);
  });

  it('is found where it was moved', async () => {
    const home = homeWith({ 'moved/models/a/b/A.gguf': null, 'downloads/a/b/B.gguf': null });
    writeFileSync(join(home, '.lmstudio-home-pointer'), `${join(home, 'moved')}\n`);
    const settings = { downloadsFolder: join(home, 'downloads') };
    writeFileSync(join(home, 'moved', 'settings.json'), JSON.stringify(settings));
    expect((await found(home)).map(([, name]) => name)).toEqual(['A', 'B']);
  });

  it('lists a split model once, with the size of all its parts', async () => {
    const folder = '.lmstudio/models/p/m';
    const home = homeWith({
      [`${folder}/big-00001-of-00002.gguf`]: 'abc',
      [`${folder}/big-00002-of-00002.gguf`]: 'defgh',
      [`${folder}/big-00001-of-00003.gguf`]: 'i',
      [`${folder}/bigger-00002-of-00002.gguf`]: 'j',
    });
    const models = await findModels({ home, platform: 'linux', environment: {} });
    expect(models.map(({ name, path, sizeBytes }) => [name, basename(path), sizeBytes])).toEqual([
      ['big', 'big-00001-of-00002.gguf', 8],
      ['big', 'big-00001-of-00003.gguf', 1],
    ]);
  });

  it('leaves out parts for pictures and empty files', async () => {
    const folder = '.lmstudio/models/p/m';
    const home = homeWith({
      [`${folder}/mmproj-model-f16.gguf`]: null,
      [`${folder}/m-MMPROJ.gguf`]: null,
      [`${folder}/vision-encoder.gguf`]: null,
      [`${folder}/granite-vision-2b.gguf`]: null,
      [`${folder}/empty.gguf`]: '',
    });
    expect((await found(home)).map(([, name]) => name)).toEqual(['granite-vision-2b']);
  });
});

describe('Ollama', () => {
  it('has names in its manifests and files named by their content', async () => {
    const home = homeWith({
      [`.ollama/models/${library}/llama3/8b`]: manifest('a'),
      [`.ollama/models/${library}/llama3/latest`]: manifest('a'),
      '.ollama/models/manifests/registry.ollama.ai/ada/poems/v2': manifest('b'),
      '.ollama/models/manifests/hf.co/ada/Tiny-GGUF/Q4_0': manifest('c'),
      [`.ollama/models/blobs/sha256-${hash('a')}`]: null,
      [`.ollama/models/blobs/sha256-${hash('b')}`]: null,
      [`.ollama/models/blobs/sha256-${hash('c')}`]: null,
      [`.ollama/models/blobs/sha256-${hash('9')}`]: null,
    });
    expect(await found(home)).toEqual([
      ['Ollama', 'ada/poems:v2', `.ollama/models/blobs/sha256-${hash('b')}`],
      ['Ollama', 'hf.co/ada/Tiny-GGUF:Q4_0', `.ollama/models/blobs/sha256-${hash('c')}`],
      ['Ollama', 'llama3:8b', `.ollama/models/blobs/sha256-${hash('a')}`],
    ]);
  });

  it('is passed over where a manifest is broken, huge, or names a file that is not there', async () => {
    const outside = manifest('a').replace(hash('a'), '../../secret');
    const home = homeWith({
      [`.ollama/models/${library}/broken/1`]: '{"layers":[',
      [`.ollama/models/${library}/odd/1`]: '{"layers":7}',
      [`.ollama/models/${library}/empty/1`]: '',
      [`.ollama/models/${library}/outside/1`]: outside,
      [`.ollama/models/${library}/gone/1`]: manifest('d'),
      [`.ollama/models/${library}/huge/1`]: manifest('a'),
      [`.ollama/models/${library}/good/1`]: manifest('a'),
      [`.ollama/models/blobs/sha256-${hash('a')}`]: null,
      '.ollama/secret': null,
    });
    truncateSync(join(home, `.ollama/models/${library}/huge/1`), 50_000_000);
    expect((await found(home)).map(([, name]) => name)).toEqual(['good:1']);
  });

  it('is found where OLLAMA_MODELS says', async () => {
    const home = homeWith({
      [`elsewhere/${library}/tiny/1`]: manifest('a'),
      [`elsewhere/blobs/sha256-${hash('a')}`]: null,
    });
    const environment = { OLLAMA_MODELS: join(home, 'elsewhere') };
    expect((await found(home, 'win32', environment)).map(([, name]) => name)).toEqual(['tiny:1']);
    expect(await found(home, 'linux', { OLLAMA_MODELS: '' })).toEqual([]);
  });
});

describe('Jan', () => {
  const model = 'Jan/data/llamacpp/models/pub/Tiny/model.gguf';
  const places: [NodeJS.Platform, string, Environment][] = [
    ['linux', `.local/share/${model}`, {}],
    ['linux', `.config/${model}`, {}],
    ['darwin', `Library/Application Support/${model}`, {}],
    ['win32', `AppData/Roaming/${model}`, {}],
    ['linux', 'jan/models/Tiny/model.gguf', {}],
  ];

  it.each(places)('has its data on %s in %s', async (platform, path, environment) => {
    const home = homeWith({ [path]: null });
    expect(await found(home, platform, environment)).toEqual([['Jan', 'Tiny', path]]);
  });

  it.each([
    ['linux', 'XDG_DATA_HOME'],
    ['win32', 'APPDATA'],
  ] as const)('on %s follows %s', async (platform, variable) => {
    const home = homeWith({ [`data/${model}`]: null });
    const moved = await found(home, platform, { [variable]: join(home, 'data') });
    expect(moved).toEqual([['Jan', 'Tiny', `data/${model}`]]);
    expect(await found(home, platform)).toEqual([]);
  });

  it('is found where its settings say', async () => {
    const home = homeWith({
      'big disk/llamacpp/models/Mine/weights.gguf': null,
      '.local/share/jan.ai.app/settings.json': '',
    });
    const settings = JSON.stringify({ data_folder: join(home, 'big disk') });
    writeFileSync(join(home, '.local/share/jan.ai.app/settings.json'), settings);
    expect((await found(home)).map(([, name]) => name)).toEqual(['weights']);
  });
});

describe('Hugging Face', () => {
  const hub = '.cache/huggingface/hub';
  const version = (model: string, revision: string) =>
    `${hub}/models--${model}/snapshots/${revision}`;
  const config = (architecture: string) => JSON.stringify({ architectures: [architecture] });

  it('has a folder for each model, and GGUF files', async () => {
    const home = homeWith({
      [`${version('ada--Tiny-1B', 'abc')}/config.json`]: config('LlamaForCausalLM'),
      [`${version('ada--Tiny-1B', 'abc')}/model-00001-of-00002.safetensors`]: 'abc',
      [`${version('ada--Tiny-1B', 'abc')}/model-00002-of-00002.safetensors`]: 'defgh',
      [`${version('ada--Tiny-1B', 'abc')}/model.safetensors.index.json`]: '{}',
      [`${version('bob--Tiny-GGUF', 'abc')}/Tiny-Q4_0.gguf`]: null,
    });
    expect(await found(home)).toEqual([
      ['Hugging Face', 'ada/Tiny-1B', version('ada--Tiny-1B', 'abc')],
      ['Hugging Face', 'Tiny-Q4_0', `${version('bob--Tiny-GGUF', 'abc')}/Tiny-Q4_0.gguf`],
    ]);
    const [folder] = await findModels({ home, platform: 'linux', environment: {} });
    expect(folder?.sizeBytes).toBe(8);
  });

  it('has folders of exported models, with the size of one of their forms', async () => {
    const home = homeWith({
      [`${version('ada--Tiny-ONNX', 'abc')}/config.json`]: config('LlamaForCausalLM'),
      [`${version('ada--Tiny-ONNX', 'abc')}/onnx/model.onnx`]: 'abc',
      [`${version('ada--Tiny-ONNX', 'abc')}/onnx/model.onnx_data`]: 'defgh',
      [`${version('ada--Tiny-ONNX', 'abc')}/onnx/model_q4.onnx`]: 'ijk',
      [`${version('bob--Tiny-genai', 'abc')}/genai_config.json`]: '{}',
      [`${version('bob--Tiny-genai', 'abc')}/model.onnx`]: 'abc',
      [`${version('eve--Judge', 'abc')}/config.json`]: config('BertForSequenceClassification'),
      [`${version('eve--Judge', 'abc')}/onnx/model.onnx`]: 'abc',
    });
    const models = await findModels({ home, platform: 'linux', environment: {} });
    expect(models.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
      ['ada/Tiny-ONNX', 8],
      ['bob/Tiny-genai', 3],
      ['eve/Judge', 3],
    ]);
  });

  it('has reward models as well, told apart by their configuration', async () => {
    const home = homeWith({
      [`${version('a--Judge', '1')}/config.json`]: config('LlamaForSequenceClassification'),
      [`${version('a--Judge', '1')}/model.safetensors`]: null,
      [`${version('b--Encoder', '1')}/config.json`]: config('BertForSequenceClassification'),
      [`${version('b--Encoder', '1')}/onnx/model.onnx`]: null,
      [`${version('c--Writer', '1')}/config.json`]: config('LlamaForCausalLM'),
      [`${version('c--Writer', '1')}/model.safetensors`]: null,
    });
    const models = await findModels({ home, platform: 'linux', environment: {} });
    expect(models.map(({ name, kind }) => [name, kind])).toEqual([
      ['a/Judge', 'reward'],
      ['b/Encoder', 'reward'],
      ['c/Writer', 'generator'],
    ]);
  });

  it('leaves out models that neither write nor judge, have no weights here, or are another version', async () => {
    const files = (model: string, revision: string, architecture: string) => ({
      [`${version(model, revision)}/config.json`]: config(architecture),
      [`${version(model, revision)}/model.safetensors`]: null,
    });
    const home = homeWith({
      ...files('b--Encoder', '1', 'BertModel'),
      ...files('c--Writer', 'old', 'LlamaForCausalLM'),
      ...files('c--Writer', 'new', 'LlamaForCausalLM'),
      [`${hub}/models--c--Writer/refs/main`]: 'new',
      [`${version('d--Empty', '1')}/config.json`]: config('LlamaForCausalLM'),
      [`${version('e--Half', '1')}/config.json`]: config('LlamaForCausalLM'),
      [`${version('e--Half', '1')}/model.safetensors`]: '',
      [`${version('f--Broken', '1')}/config.json`]: '{',
      [`${version('f--Broken', '1')}/model.safetensors`]: null,
    });
    expect(await found(home)).toEqual([['Hugging Face', 'c/Writer', version('c--Writer', 'new')]]);
  });

  it.skipIf(process.platform === 'win32')('follows the links to its own files', async () => {
    const home = homeWith({
      [`${hub}/models--ada--Tiny/blobs/one`]: config('Qwen3ForCausalLM'),
      [`${hub}/models--ada--Tiny/blobs/two`]: 'weights',
      [`${version('ada--Tiny', 'abc')}/README.md`]: '',
    });
    const folder = join(home, version('ada--Tiny', 'abc'));
    symlinkSync('../../blobs/one', join(folder, 'config.json'));
    symlinkSync('../../blobs/two', join(folder, 'model.safetensors'));
    expect((await found(home)).map(([, name]) => name)).toEqual(['ada/Tiny']);
  });

  it.each([
    ['HF_HUB_CACHE', 'moved'],
    ['HUGGINGFACE_HUB_CACHE', 'moved'],
    ['HF_HOME', 'moved/hub'],
    ['XDG_CACHE_HOME', 'moved/huggingface/hub'],
  ])('is found where %s says', async (variable, place) => {
    const path = `${place}/models--ada--Tiny/snapshots/abc/Tiny.gguf`;
    const home = homeWith({ [path]: null });
    expect(await found(home, 'linux', { [variable]: join(home, 'moved') })).toEqual([
      ['Hugging Face', 'Tiny', path],
    ]);
  });
});

describe('the search', () => {
  it('finds nothing where nothing is', async () => {
    expect(await found(temporaryFolder())).toEqual([]);
    expect(await found('/nowhere/at/all')).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')(
    'follows no link out of the folder or back into it',
    async () => {
      const home = homeWith({
        '.lmstudio/models/p/m/A.gguf': null,
        'outside/B.gguf': null,
      });
      const models = join(home, '.lmstudio/models');
      symlinkSync(models, join(models, 'p', 'again'));
      symlinkSync(join(home, 'outside'), join(models, 'outside'));
      symlinkSync(join(home, 'outside/B.gguf'), join(models, 'B.gguf'));
      symlinkSync(join(models, 'p/m/A.gguf'), join(models, 'p/m/other name.gguf'));
      symlinkSync(join(models, 'nothing'), join(models, 'nothing.gguf'));
      expect((await found(home)).map(([, name]) => name)).toEqual(['A']);
    },
  );

  it.skipIf(process.platform === 'win32')('takes a folder that is itself a link', async () => {
    const home = homeWith({ 'disk/p/m/A.gguf': null, '.lmstudio/readme': null });
    symlinkSync(join(home, 'disk'), join(home, '.lmstudio/models'));
    expect((await found(home)).map(([, name]) => name)).toEqual(['A']);
  });

  it('goes only so deep', async () => {
    const home = homeWith({
      '.lmstudio/models/1/2/3/4/5/deep.gguf': null,
      '.lmstudio/models/1/2/3/4/5/6/deeper.gguf': null,
    });
    expect((await found(home)).map(([, name]) => name)).toEqual(['deep']);
  });
});
