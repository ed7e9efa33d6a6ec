/** Greedy: write one answer, always with the likeliest token. */
import { singleSample } from './single-sample.ts';
import type { Strategy } from './strategy.ts';

export const greedy: Strategy = {
  name: 'greedy',
  label: 'Write the likeliest answer',
  term: 'Greedy',
  help: 'Writes one answer, always taking the likeliest next token, and scores it. Nothing is left to chance.',
  parameters: [],
  sampling: (settings) => ({ ...settings, temperature: 0 }),
  run: singleSample.run,
};
