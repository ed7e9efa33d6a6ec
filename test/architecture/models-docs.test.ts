import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { architectures } from '../../src-main/engine/gguf/architectures/index.ts';
import { blockLayouts } from '../../src-main/engine/gguf/block-types.ts';
import { preTokenizerNames } from '../../src-main/engine/tokenizer/pre-tokenizers.ts';
import { readArchitectureFixtures } from '../helpers/architecture-fixtures.ts';

const page = readFileSync(new URL('../../docs/models.md', import.meta.url), 'utf8');
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

function inBackquotes(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word ?? '');
}

it('docs/models.md names every architecture, its models and the tiny ones it is compared with', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const told = rows.map((row) => row.split('|').map((cell) => cell.trim()));
  const fixtures = readArchitectureFixtures();
  expect(told.map(([, name, models, tiny]) => [name, models, inBackquotes(tiny ?? '')])).toEqual(
    architectures.map(({ name, models }) => [
      `\`${name}\``,
      models.join(', '),
      fixtures.filter(({ architecture }) => architecture === name).map((fixture) => fixture.name),
    ]),
  );
});

it('docs/models.md names every type of tensor and every way of splitting words', () => {
  const section = (heading: string) => page.split(`## ${heading}\n`)[1]?.split('\n#')[0] ?? '';
  expect(inBackquotes(section('Types of tensors'))).toEqual(Object.keys(blockLayouts));
  expect(inBackquotes(section('Tokenizers'))).toEqual(
    expect.arrayContaining([...preTokenizerNames]),
  );
});

it('the README names every model', () => {
  for (const model of architectures.flatMap(({ models }) => models)) {
    expect(readme).toContain(model);
  }
});
