import { expect, it } from 'vitest';
import { pageOf } from '../../../src-renderer/pages.ts';

it.each([
  'welcome',
  'this-computer',
  'compare',
  'sample',
  'history',
  'review',
  'models',
  'settings',
  'about',
])('#/%s names a page', (name) => {
  expect(pageOf([name])).toMatchObject({ name, props: {} });
});

it('a run is named by its id', () => {
  expect(pageOf(['run', '42'])).toMatchObject({ name: 'run', props: { id: '42' } });
});

it.each([[['run']], [['nowhere']], [['constructor']], [[]]])('%j names no page', (segments) => {
  expect(pageOf(segments)).toMatchObject({ name: '', title: 'Page not found' });
});
