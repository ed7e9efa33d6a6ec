import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readLicence } from '../../../../src-main/engine/folders/licence.ts';
import { ModelFolder } from '../../../../src-main/engine/folders/model-folder.ts';
import { writeFolder } from '../../../helpers/model-folders.ts';
import { temporaryFolder } from '../../../helpers/tiny-generator.ts';

let home: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ folder: home, remove } = await temporaryFolder());
});
afterEach(() => remove());

it.each([
  ['license: mit', 'mit'],
  ['language: en\nlicense: "apache-2.0"\ntags:\n- chat', 'apache-2.0'],
  ['license: other\nlicense_name: llama3.2', 'llama3.2'],
  ['license: other', 'other'],
  ['license:\n- mit\n- bsd', 'mit'],
  ['license:\n  - mit', 'mit'],
  ['license: [mit, bsd]', 'mit'],
  ['license:\r\n- mit', 'mit'],
  ['license:\nlanguage: en', null],
  ['license: \n\nlanguage:\n- en', null],
  ['license: other\nlicense_name:\nlanguage: en', 'other'],
  ['language: en', null],
])('of a README that begins with %j the licence is %s', async (entries, licence) => {
  const path = await writeFolder(join(home, 'm'), { 'README.md': `---\n${entries}\n---\n# M` });
  expect(await readLicence(await ModelFolder.open(path))).toBe(licence);
});

it('is not told by a README without entries, or where there is none', async () => {
  const path = await writeFolder(join(home, 'm'), { 'README.md': '# M\nlicense: mit' });
  expect(await readLicence(await ModelFolder.open(path))).toBeNull();
  const none = await writeFolder(join(home, 'n'), { 'config.json': {} });
  expect(await readLicence(await ModelFolder.open(none))).toBeNull();
});
