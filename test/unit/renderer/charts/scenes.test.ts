import { describe, expect, it } from 'vitest';
import { latencyScene } from '../../../../src-renderer/charts/latency-scene.ts';
import { lineChartLegend, lineScene } from '../../../../src-renderer/charts/line-scene.ts';
import { rangeOf } from '../../../../src-renderer/charts/points.ts';
import { playheadsOf } from '../../../../src-renderer/charts/props.ts';
import { rewardLegend, rewardScene } from '../../../../src-renderer/charts/reward-scene.ts';
import { opinionLegend, opinionScene } from '../../../../src-renderer/charts/opinion-scene.ts';
import { opinionSentence } from '../../../../src-renderer/charts/sentences.ts';
import { opinionTable } from '../../../../src-renderer/charts/tables.ts';
import { smallLaneView } from '../../../helpers/small-lanes.ts';
import { bothLanes, colours, viewOf, waitingLane } from './views.ts';
import { answer } from '../../../helpers/scripted-generator.ts';

const shared = async () => {
  const lanes = await bothLanes();
  return { lanes, axis: 'time' as const, range: rangeOf(lanes) };
};

describe('the scene of the scores', () => {
  it('crowns the best of each lane in words, and draws decisions as verticals', async () => {
    const { marks } = rewardScene(await shared(), colours);
    expect(marks.crowns.map(({ label }) => label)).toEqual(['best 3.00', 'best 3.00']);
    expect(marks.verticals.map(({ x }) => x)).toEqual([0.5]);
  });

  it('has the same datasets in the same order from the first moment to the last', async () => {
    const { lanes, range } = await shared();
    const before = rewardScene({ lanes: [await waitingLane()], axis: 'time', range }, colours);
    const after = rewardScene({ lanes: lanes.slice(0, 1), axis: 'time', range }, colours);
    const labels = ({ datasets }: typeof before) => datasets.map(({ label }) => label);
    expect(labels(before)).toEqual(labels(after));
  });

  it('draws many answers as lines alone where their marks would hide each other', async () => {
    const radius = async (candidates: number) => {
      const answers = Array.from({ length: candidates }, (_, index) => answer(40, index));
      const lanes = [await viewOf('best-of-n', answers, { observe: true })];
      const scene = rewardScene({ lanes, axis: 'time', range: rangeOf(lanes) }, colours);
      return scene.datasets.find(({ label }) => label?.includes('afterwards'))?.pointRadius;
    };
    expect(await radius(8)).toBeGreaterThan(0);
    expect(await radius(400)).toBe(0);
  });

  it('tells the strategies apart by shape, and what was only looked at by a hollow one', async () => {
    const { lanes } = await shared();
    const legend = rewardLegend(lanes);
    expect(legend.map(({ label }) => label)).toEqual([
      'Best-of-N: finished',
      'looked at afterwards, counted nowhere',
      'Speculative Rejection: finished',
      'went on',
      'stopped early',
      'last one kept',
      'Decision: some were stopped early',
    ]);
    expect(legend[0]?.mark).toEqual({ kind: 'point', shape: 'circle' });
    expect(legend[1]?.mark).toMatchObject({ shape: 'circle', hollow: true });
    expect(legend[2]?.mark).toEqual({ kind: 'point', shape: 'diamond' });
  });
});

describe('the scenes of lines', () => {
  it('tell the strategies apart by their dashes', async () => {
    const given = await shared();
    const dashes = lineScene('alive', given, colours).datasets.map(({ borderDash }) => borderDash);
    expect(new Set(dashes.map(String)).size).toBe(2);
    expect(lineChartLegend(given.lanes).map(({ mark }) => mark.kind)).toEqual([
      'line',
      'line',
      'vertical',
    ]);
  });

  it('draw the budget in the chart of memory, and leave room for it', async () => {
    const { marks, options } = lineScene('memory', await shared(), colours, 90e6);
    expect(marks.horizontals).toMatchObject([{ y: 90, label: 'budget 90.0 MB' }]);
    expect(options.scales?.y).toHaveProperty('suggestedMax', 90 * 1.08);
  });
});

describe('the scene of the times', () => {
  it('stacks the parts of each lane and says their sum', async () => {
    const { lanes, range } = await shared();
    const scene = latencyScene(lanes, range.at, colours, (_, colour) => colour);
    expect(scene.labels).toEqual([['Best-of-N'], ['Speculative', 'Rejection']]);
    expect(scene.datasets.map(({ label, data }) => [label, data])).toEqual([
      ['Reading the prompt', [0, 0]],
      ['Writing', [2, 1]],
      ['Scoring', [0, 0]],
      ['Waiting', [0, 0]],
    ]);
    expect(scene.marks.notes).toEqual([
      { x: 2, y: 0, label: '2.0 s' },
      { x: 1, y: 1, label: '1.0 s' },
    ]);
  });
});

describe('the playhead of a replay', () => {
  it('is one line over time, and one for each lane over tokens', async () => {
    const shown = await shared();
    const { lanes } = shown;
    const at = (axis: 'time' | 'tokens') =>
      playheadsOf({ shown: { ...shown, axis }, lanes, playhead: 700 }, colours).map(({ x }) => x);
    expect(at('time')).toEqual([0.7]);
    expect(at('tokens')).toEqual([160, 120]);
    expect(playheadsOf({ shown, lanes }, colours)).toEqual([]);
  });
});

describe('the scene of the second opinion', () => {
  const lanes = (['best-of-n', 'speculative-rejection'] as const).map((strategy) =>
    smallLaneView({
      strategy,
      candidates: [
        { text: 'One', reward: 3, judgeReward: -4 },
        { text: 'Two', reward: 1, judgeReward: -1 },
        { text: 'Three', reward: -2, stopped: true },
      ],
    }),
  );

  it('has a mark for each finished answer, from left to right, and crowns the chosen one', () => {
    const { datasets, marks } = opinionScene(lanes, colours);
    const points = [
      { x: 1, y: -1, index: 1 },
      { x: 3, y: -4, index: 0 },
    ];
    expect(datasets.map(({ data }) => data)).toEqual([points, points]);
    expect(marks.crowns.map(({ x, y }) => [x, y])).toEqual([
      [3, -4],
      [3, -4],
    ]);
  });

  it('shows an answer that both strategies finished as a small mark in a large hollow one', () => {
    const [large, small] = opinionScene(lanes, colours).datasets;
    expect(large?.pointBackgroundColor).toBe(colours.surface);
    expect(Number(large?.pointRadius)).toBeGreaterThan(Number(small?.pointRadius));
    expect(Number(large?.order)).toBeGreaterThan(Number(small?.order));
    expect(opinionLegend(lanes).map(({ mark }) => mark)).toMatchObject([
      { shape: 'circle', hollow: true },
      { shape: 'diamond', hollow: false },
    ]);
  });

  it('can be read: both scores of each answer, the best first, and whether both models agree', () => {
    expect(opinionTable(lanes).rows.map(({ cells }) => cells)).toEqual([
      ['Best-of-N', 0, 3, -4],
      ['Best-of-N', 1, 1, -1],
      ['Speculative Rejection', 0, 3, -4],
      ['Speculative Rejection', 1, 1, -1],
    ]);
    const series = {
      rewards: [],
      rounds: [],
      alive: [],
      memory: [{ at: 0, tokens: 0, bytes: 1 }],
      length: [],
    };
    expect(opinionSentence(lanes.slice(0, 1).map((lane) => ({ ...lane, series })))).toBe(
      'Best-of-N finished 2 answers with a second opinion; of any two of them both models prefer the same one in 0\u202f% of all cases.',
    );
  });
});
