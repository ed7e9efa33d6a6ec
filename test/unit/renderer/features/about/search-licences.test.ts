import { expect, it } from 'vitest';
import { searchLicences } from '../../../../../src-renderer/features/about/search-licences.ts';

const entry = (name: string, licence: string) => ({ name, licence, version: '1', text: '' });
const entries = [entry('svelte', 'MIT'), entry('SmolLM2', 'Apache-2.0'), entry('ws', 'MIT')];

it('finds by name and by licence, whatever the case, all words at once', () => {
  const names = (search: string) => searchLicences(entries, search).map(({ name }) => name);
  expect(names('')).toEqual(['svelte', 'SmolLM2', 'ws']);
  expect(names('smol')).toEqual(['SmolLM2']);
  expect(names('mit')).toEqual(['svelte', 'ws']);
  expect(names('  WS mit ')).toEqual(['ws']);
  expect(names('nothing like it')).toEqual([]);
});
