/** What is said of how a reward model comes to its reward. */
import type { ModelJudging } from '../contract/engine.ts';

/** The reward as a sum: `helpfulness × 0.65 − verbosity × 0.4`. */
export function rewardWords({ heads }: ModelJudging): string {
  const counting = heads.filter(({ weight }) => weight !== 0);
  const [only] = counting;
  if (heads.length === 1 && only?.weight === 1) return 'its only number';
  return counting
    .map(({ name, weight }, index) => {
      const size = Math.abs(weight);
      const term = size === 1 ? name : `${name} × ${size}`;
      if (index > 0) return weight < 0 ? ` − ${term}` : ` + ${term}`;
      return weight < 0 ? `−${term}` : term;
    })
    .join('');
}

/** What it reads. */
export function textWords({ texts }: ModelJudging): string {
  return texts === 'pair'
    ? 'prompt and answer as a pair of texts'
    : 'prompt and answer as a conversation, by its chat template';
}
