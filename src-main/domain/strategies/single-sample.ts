/** Single sample: write one answer at random, as the settings say. What the other strategies have to beat. */
import { bestOfN } from './best-of-n.ts';
import type { Strategy } from './strategy.ts';

export const singleSample: Strategy = {
  name: 'single-sample',
  label: 'Write one answer',
  term: 'Single sample',
  help: 'Writes one answer at random, with the same settings as the others, and scores it.',
  parameters: [],
  sampling: (settings) => settings,
  run: (lane, settings) => bestOfN.run(lane, { ...settings, candidates: 1, observe: false }),
};
