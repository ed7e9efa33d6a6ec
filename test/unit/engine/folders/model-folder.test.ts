import { mkdir, realpath, symlink, truncate } from 'node:fs/promises';
import { join, parse, relative } from 'node:path';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelFolder } from '../../../../src-main/engine/folders/model-folder.ts';
import { writeFolder } from '../../../helpers/model-folders.ts';
import { temporaryFolder } from '../../../helpers/tiny-generator.ts';

let home: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ folder: home, remove } = await temporaryFolder());
});
afterEach(() => remove());

const anything = v.looseObject({});
const code = (expected: string) => ({ code: expected });

describe('a folder with a model', () => {
  it('gives its files, also those in folders of it, and null for what is not there', async () => {
    const path = await writeFolder(join(home, 'Tiny'), {
      'config.json': { a: 1 },
      'onnx/m.onnx': 'x',
    });
    const folder = await ModelFolder.open(path);
    expect(folder.name).toBe('Tiny');
    expect(await folder.readText('onnx/m.onnx')).toBe('x');
    expect(await folder.readJson('config.json', anything)).toEqual({ a: 1 });
    expect(await folder.readJson('other.json', anything)).toBeNull();
    expect(await folder.find('config.json/other')).toBeNull();
    await expect(folder.requireJson('other.json', anything)).rejects.toMatchObject({
      ...code('model-format-unsupported'),
      message: expect.stringContaining('other.json') as string,
    });
  });

  it.each(['../secret', 'onnx/../../secret', '..\\secret', '/etc/passwd'])(
    'does not follow the path %s out of it',
    async (name) => {
      await writeFolder(home, { secret: 'x' });
      const folder = await ModelFolder.open(await writeFolder(join(home, 'm'), { 'onnx/a': 'x' }));
      await expect(folder.find(name)).rejects.toMatchObject(code('model-unreadable'));
    },
  );

  it.skipIf(process.platform === 'win32')('does not follow links out of it', async () => {
    await writeFolder(join(home, 'other'), { 'config.json': {} });
    const path = await writeFolder(join(home, 'm'), { real: 'x' });
    await symlink(join(home, 'other/config.json'), join(path, 'config.json'));
    await symlink(join(home, 'other'), join(path, 'onnx'));
    await symlink('real', join(path, 'link'));
    await symlink('gone', join(path, 'to-nothing'));
    await symlink('circle', join(path, 'circle'));
    const folder = await ModelFolder.open(path);
    for (const name of ['config.json', 'onnx/config.json', 'circle']) {
      await expect(folder.readText(name)).rejects.toMatchObject(code('model-unreadable'));
    }
    expect(await folder.readText('link')).toBe('x');
    expect(await folder.find('to-nothing')).toBeNull();
  });

  it.skipIf(process.platform === 'win32')(
    'follows the links of the Hugging Face hub’s cache to the files of the same model only',
    async () => {
      const model = join(home, 'models--ada--Tiny-1B');
      const snapshot = join(model, 'snapshots/0123abcd');
      await mkdir(snapshot, { recursive: true });
      await writeFolder(home, {
        'models--ada--Tiny-1B/blobs/one': '{"a": 1}',
        'models--ada--Other/blobs/two': '{}',
      });
      await symlink('../../blobs/one', join(snapshot, 'config.json'));
      await symlink('../../../models--ada--Other/blobs/two', join(snapshot, 'tokenizer.json'));
      const folder = await ModelFolder.open(snapshot);
      expect(folder.name).toBe('ada/Tiny-1B');
      expect(await folder.readJson('config.json', anything)).toEqual({ a: 1 });
      const other = folder.readJson('tokenizer.json', anything);
      await expect(other).rejects.toMatchObject(code('model-unreadable'));
    },
  );

  it('may be the root of a drive', async () => {
    const path = await realpath(await writeFolder(join(home, 'm'), { 'config.json': '{}' }));
    const { root } = parse(path);
    const folder = await ModelFolder.open(root);
    const file = join(path, 'config.json');
    expect(await folder.find(relative(root, file))).toBe(file);
  });

  it('refuses what is no text, no JSON, of another shape, or far too large', async () => {
    const path = await writeFolder(join(home, 'm'), {
      'half.json': '{"a": ',
      'list.json': [],
      'words.json': { a: 'x' },
      'large.json': '{}',
      'folder.json/file': '',
    });
    await truncate(join(path, 'large.json'), 20_000_000);
    const folder = await ModelFolder.open(path);
    const schema = v.looseObject({ a: v.optional(v.number()) });
    for (const name of ['half.json', 'list.json', 'words.json', 'large.json', 'folder.json']) {
      const read = folder.readJson(name, schema);
      await expect(read, name).rejects.toMatchObject({
        ...code('model-damaged'),
        message: expect.stringContaining(name) as string,
      });
    }
    await expect(folder.readJson('words.json', schema)).rejects.toThrow('"a" makes no sense');
  });

  it('has to be there, and to be a folder', async () => {
    await writeFolder(home, { file: 'x' });
    for (const path of [join(home, 'none'), join(home, 'file'), 'a\0b']) {
      await expect(ModelFolder.open(path)).rejects.toMatchObject(code('model-not-found'));
    }
  });
});
