import { describe, expect, it } from 'vitest';
import { planJobs } from '../../../bench/peers/plan.ts';

describe('the order of turns', () => {
  const jobs = planJobs({ n: [1, 16], tokens: [64, 128], engines: ['a', 'b', 'c'], turns: 2 });

  it('lets every engine measure every setting once in each turn', () => {
    const each = new Set(jobs.map((job) => JSON.stringify(job)));
    expect(each.size).toBe(2 * 2 * 2 * 3);
    expect(jobs).toHaveLength(each.size);
  });

  it('keeps the engines of a setting together, and runs every other turn backwards', () => {
    expect(jobs.slice(0, 3).map(({ engine }) => engine)).toEqual(['a', 'b', 'c']);
    const second = jobs.filter(({ turn, n, tokens }) => turn === 1 && n === 16 && tokens === 64);
    expect(second.map(({ engine }) => engine)).toEqual(['c', 'b', 'a']);
    const settings = jobs.map(({ turn, n, tokens }) => `${turn} ${n} ${tokens}`);
    const changes = settings.filter((setting, at) => setting !== settings[at - 1]);
    expect(changes).toEqual([...new Set(settings)]);
  });
});
