import { expect, it } from 'vitest';
import { mostRememberedModels } from '../../../src-main/contract/preferences.ts';
import { rememberFirst } from '../../../src-main/domain/remembered-models.ts';

it('puts a model in front of the others, once', () => {
  expect(rememberFirst('/b', ['/a', '/b', '/c'])).toEqual(['/b', '/a', '/c']);
  expect(rememberFirst('/d', [])).toEqual(['/d']);
});

it('forgets the oldest one where there are too many', () => {
  const paths = Array.from({ length: mostRememberedModels }, (_, place) => `/${place}`);
  expect(rememberFirst('/new', paths)).toEqual(['/new', ...paths.slice(0, -1)]);
});
