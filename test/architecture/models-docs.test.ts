import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { decoderClasses } from '../../src-main/engine/folders/decoder-config.ts';
import { architectures } from '../../src-main/engine/gguf/architectures/index.ts';
import { blockLayouts } from '../../src-main/engine/gguf/block-types.ts';
import type { TensorType } from '../../src-main/engine/gguf/types.ts';
import { blockKind } from '../../src-main/engine/graph/weight-blocks.ts';
import { preTokenizerNames } from '../../src-main/engine/tokenizer/pre-tokenizers.ts';
import { readArchitectureFixtures } from '../helpers/architecture-fixtures.ts';

const page = readFileSync(new URL('../../docs/models.md', import.meta.url), 'utf8');
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

function inBackquotes(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word ?? '');
}

function section(heading: string): string {
  return page.split(`## ${heading}\n`)[1]?.split('\n#')[0] ?? '';
}

/** The cells of a section's table, row by row; each row begins with a name in backquotes. */
function tableIn(text: string): string[][] {
  const rows = text.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) => row.split('|').map((cell) => cell.trim()));
}

it('docs/models.md names every architecture, its models and the tiny ones it is compared with', () => {
  const told = tableIn(section('Architectures'));
  const fixtures = readArchitectureFixtures();
  expect(told.map(([, name, models, tiny]) => [name, models, inBackquotes(tiny ?? '')])).toEqual(
    architectures.map(({ name, models }) => [
      `\`${name}\``,
      models.join(', '),
      fixtures.filter(({ architecture }) => architecture === name).map((fixture) => fixture.name),
    ]),
  );
});

it('docs/models.md tells how every type of tensor is stored and computed', () => {
  const inCompactForm = (type: TensorType) => {
    const kind = blockKind(type);
    if (kind === undefined) return 'as fp32';
    const own = kind.hasMinimum ? 'a scale and an offset' : 'a scale';
    return `${kind.bits} bits, ${own} for ${kind.blockLength}`;
  };
  const told = tableIn(section('Types of tensors')).map((row) => row.slice(1, 4));
  const types = Object.entries(blockLayouts) as [TensorType, { elements: number; bytes: number }][];
  expect(told).toEqual(
    types.map(([type, { elements, bytes }]) => [
      `\`${type}\``,
      String(Number(((8 * bytes) / elements).toFixed(2))),
      inCompactForm(type),
    ]),
  );
});

it('docs/models.md names every kind of folder', () => {
  expect(inBackquotes(section('Folders'))).toEqual(expect.arrayContaining([...decoderClasses]));
});

it('docs/models.md names every way of splitting words', () => {
  expect(inBackquotes(section('Tokenizers'))).toEqual(
    expect.arrayContaining([...preTokenizerNames]),
  );
});

it('the README names every model', () => {
  for (const model of architectures.flatMap(({ models }) => models)) {
    expect(readme).toContain(model);
  }
});
