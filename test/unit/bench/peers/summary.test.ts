import { describe, expect, it } from 'vitest';
import type { JobResult } from '../../../bench/peers/job.ts';
import { sameTokens, summarise, type Measurement } from '../../../bench/peers/summary.ts';
import { peerTable } from '../../../bench/peers/table.ts';

function measured(
  engine: string,
  writeMs: number,
  { n = 16, ...result }: Partial<JobResult> & { n?: number } = {},
): Measurement {
  const plain = { promptMs: 100, timedTokens: 1000, peakBytes: 5e8, version: '1', greedy: [] };
  return { engine, n, tokens: 128, result: { ...plain, answers: [], writeMs, ...result } };
}

describe('the summary of all turns', () => {
  it('tells the best turn of each engine, all turns, and how many times faster Winnow is', () => {
    const rows = summarise(
      [measured('winnow', 2000), measured('rival', 8000), measured('rival', 4000)],
      [],
    );
    expect(rows).toMatchObject([
      { engine: 'winnow', tokensPerSecond: 500, turns: [500], timesFaster: null },
      { engine: 'rival', tokensPerSecond: 250, turns: [125, 250], timesFaster: 2, writeMs: 4000 },
    ]);
  });

  it('compares with the first form of Winnow that was measured', () => {
    const turns = [
      measured('rival', 4000),
      measured('winnow-int8', 1000),
      measured('winnow', 2000),
    ];
    expect(summarise(turns, []).map(({ timesFaster }) => timesFaster)).toEqual([4, null, 2]);
  });

  it('says below 1 where a rival is faster', () => {
    const rows = summarise([measured('winnow', 4000), measured('rival', 2000)], []);
    expect(rows[1]?.timesFaster).toBe(0.5);
  });

  it('compares within one setting only', () => {
    const rows = summarise([measured('winnow', 1000, { n: 1 }), measured('rival', 1000)], []);
    expect(rows.map(({ n, timesFaster }) => [n, timesFaster])).toEqual([
      [1, null],
      [16, null],
    ]);
  });

  it('counts prompt, writing and the scoring of that setting until the answer is chosen', () => {
    const scorings = [
      { n: 1, tokens: 128, milliseconds: 5 },
      { n: 16, tokens: 128, milliseconds: 300 },
    ];
    expect(summarise([measured('rival', 4000)], scorings)[0]?.chosenMs).toBe(4400);
    expect(summarise([measured('rival', 4000)], [])[0]?.chosenMs).toBeNull();
  });

  it('tells the most memory of any turn', () => {
    const turns = [measured('rival', 2000, { peakBytes: 7e8 }), measured('rival', 1000)];
    expect(summarise(turns, [])[0]?.peakBytes).toBe(7e8);
  });
});

describe('the same greedy tokens', () => {
  it('are counted up to the first that differs', () => {
    expect(sameTokens([4, 5, 6], [4, 5, 6])).toBe(3);
    expect(sameTokens([4, 5, 6], [4, 9, 6])).toBe(1);
    expect(sameTokens([4, 5, 6], [4, 5])).toBe(2);
  });
});

describe('the table', () => {
  it('has one line for each row, and leaves out what was not measured', () => {
    const rows = summarise([measured('winnow', 2000), measured('rival', 16000)], []);
    expect(peerTable(rows).split('\n')).toEqual([
      '| candidates | tokens | engine | tokens/s | all turns | winnow is  | chosen answer after | peak memory |',
      '| ---------- | ------ | ------ | -------- | --------- | ---------- | ------------------- | ----------- |',
      '| 16         | 128    | winnow | 500      | 500       |            |                     | 500 MB      |',
      '| 16         | 128    | rival  | 62.5     | 62.5      | 8.00 times |                     | 500 MB      |',
    ]);
  });
});
