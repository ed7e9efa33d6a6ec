import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  exportKinds,
  type ExportKind,
  type ExportScope,
} from '../../../../src-main/contract/exports.ts';
import type { RewardFacts } from '../../../../src-main/contract/engine.ts';
import { exportCsv } from '../../../../src-main/core/export/export-csv.ts';
import { csvFormats, parseCsv, type CsvCell } from '../../../../src-main/domain/csv.ts';
import type { Vote } from '../../../../src-main/contract/votes.ts';
import type { Store } from '../../../../src-main/store/store.ts';
import {
  aRun,
  aVote,
  rejectionEvents,
  storeFinishedRun,
  storeVotedRun,
} from '../../../helpers/stored-runs.ts';
import { temporaryFolder, temporaryStore } from '../../../helpers/temporary-store.ts';

/** Exports and reads back: the header's names, and each row as an object. */
async function exported(store: Store, what: ExportKind, scope: ExportScope = { kind: 'all' }) {
  const file = join(temporaryFolder(), 'out.csv');
  const result = await exportCsv({ store, what, file, scope });
  const [header = [], ...rows] = parseCsv(readFileSync(file, 'utf8'), csvFormats.excel);
  const named = rows.map((cells): Row =>
    Object.fromEntries(cells.map((cell, i) => [String(header[i]), cell])),
  );
  expect(result.rows).toBe(rows.length);
  return { header: header.join(', '), rows: named };
}
type Row = Record<string, CsvCell>;

describe('runs.csv', () => {
  it('has the columns of the specification in their order, then the version', async () => {
    const { header } = await exported(await temporaryStore(), 'runs');
    expect(header).toBe(
      'run_id, lane_id, started_at_utc, started_local, strategy, prompt, prompt_set, prompt_index, generator, ' +
        'generator_revision, quantisation, reward_model, reward_revision, candidates, alpha, decisions, max_tokens, ' +
        'temperature, top_p, top_k, min_p, repetition_penalty, seed, hold, budget_bytes, status, error, best_text, ' +
        'best_reward, mean_reward, reward_std, candidates_finished, candidates_rejected, tokens_generated, ' +
        'tokens_thrown_away, tokens_scored, time_total_ms, time_first_token_ms, time_prompt_ms, time_write_ms, ' +
        'time_score_ms, time_wait_ms, peak_cache_bytes, device, cpu, app_version, tags, note, vote, vote_reasons, ' +
        'vote_comment, vote_blind, vote_side, schema_version, judge_model, judge_revision, judge_device, best_judge_reward, ' +
        'reward_device, generator_form',
    );
  });

  it('has one row per lane', async () => {
    const store = await temporaryStore();
    const judge: RewardFacts = {
      ...{ kind: 'model', path: 'models/second', name: 'Second', contentHash: 'ef56' },
      ...{ device: 'webgpu', windowTokens: 512 },
    };
    const id = storeFinishedRun(store, { prompt: '=HYPERLINK("x")', judge });
    const { rows } = await exported(store, 'runs');

    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      run_id: id,
      lane_id: `${id}-0`,
      started_at_utc: '2026-03-01T15:42:07.123Z',
      started_local: expect.stringMatching(/^2026-03-0[12] \d\d:\d\d:07$/) as string,
      strategy: 'speculative-rejection',
      prompt: '=HYPERLINK("x")',
      prompt_set: null,
      candidates: 4,
      alpha: 0.5,
      decisions: 1,
      temperature: 1,
      status: 'done',
      error: null,
      best_text: 'Light 😀!',
      best_reward: 0.75,
      mean_reward: 0.75,
      reward_std: null,
      candidates_finished: 2,
      candidates_rejected: 1,
      tokens_generated: 19,
      tokens_thrown_away: 4,
      tokens_scored: 70,
      time_total_ms: 47,
      device: 'cpu',
      schema_version: 2,
      ...{ judge_model: 'Second', judge_revision: 'ef56' },
      ...{ judge_device: 'webgpu', best_judge_reward: -1.25 },
      ...{ reward_device: 'cpu', generator_form: 'fp32' },
    });
  });

  it('works before anything is scored', async () => {
    const store = await temporaryStore();
    const run = aRun();
    store.createRun(run);
    const lane = store.beginLane({ runId: run.id, strategy: 'best-of-n', order: 0, candidates: 3 });
    store.appendLaneEvents(lane, rejectionEvents.slice(0, 4));

    const { rows } = await exported(store, 'runs');
    expect(rows[0]).toMatchObject({
      status: 'running',
      best_text: null,
      best_reward: null,
      mean_reward: null,
      alpha: null,
      decisions: null,
      tokens_generated: 12,
    });
    expect((await exported(store, 'candidates')).rows[0]).toMatchObject({
      state: null,
      finish: null,
      reward_final: null,
      tokens: 4,
    });
    expect((await exported(store, 'checkpoints')).rows).toEqual([]);
  });
});

describe('an export of some runs', () => {
  const ofRun = (id: string): ExportScope => ({ kind: 'run', id });

  it.each(exportKinds)('holds the %s of one run alone', async (what) => {
    const store = await temporaryStore();
    const [first] = [storeVotedRun(store), storeVotedRun(store)];
    const all = await exported(store, what);
    const { rows } = await exported(store, what, ofRun(first));
    expect(rows).not.toEqual([]);
    expect(rows).toEqual(all.rows.filter(({ run_id }) => run_id === first));
  });

  it.each(exportKinds)('holds the %s that a search finds', async (what) => {
    const store = await temporaryStore();
    const found = storeVotedRun(store, { prompt: 'Über den Wolken' });
    storeVotedRun(store, { prompt: 'Under the sea' });
    const { rows } = await exported(store, what, { kind: 'search', search: 'ÜBER DEN' });
    expect(rows).toEqual((await exported(store, what, ofRun(found))).rows);
    expect(rows).not.toEqual([]);
  });

  it.each(exportKinds)('leaves the %s of deleted runs out', async (what) => {
    const store = await temporaryStore();
    const kept = storeVotedRun(store);
    store.deleteRun(storeVotedRun(store));
    const { rows } = await exported(store, what);
    expect(new Set(rows.map(({ run_id }) => run_id))).toEqual(new Set([kept]));
  });

  it('has as many rows as the store counts', async () => {
    const store = await temporaryStore();
    const wanted = storeVotedRun(store, { prompt: 'This one' });
    storeFinishedRun(store);
    store.deleteRun(storeVotedRun(store));
    const scopes: ExportScope[] = [
      { kind: 'all' },
      { kind: 'search', search: 'this' },
      ofRun(wanted),
    ];
    for (const scope of scopes) {
      const counted = store.countRows(scope);
      for (const what of exportKinds) {
        expect(counted[what]).toBe((await exported(store, what, scope)).rows.length);
      }
    }
    expect(store.countRows(ofRun(wanted))).toEqual({
      runs: 1,
      candidates: 4,
      checkpoints: 4,
      votes: 1,
      comparisons: 1,
    });
  });

  it('needs a run that there is', async () => {
    const store = await temporaryStore();
    await expect(exported(store, 'runs', ofRun('ffff'))).rejects.toMatchObject({
      code: 'run-not-found',
    });
  });
});

describe('candidates.csv', () => {
  it('has one row per candidate, those that never started too', async () => {
    const store = await temporaryStore();
    const id = storeFinishedRun(store);
    const { header, rows } = await exported(store, 'candidates');

    expect(header).toBe(
      'run_id, lane_id, candidate_index, state, rejected_at_position, reward_final, reward_at_rejection, rank, ' +
        'tokens, characters, time_finished_ms, finish, text, strategy, schema_version, judge_reward',
    );
    expect(rows.map((row) => Object.values(row).slice(2, -3))).toEqual([
      [0, 'chosen', null, 0.75, null, 1, 7, 8, 40, 'stop', 'Light 😀!'],
      [1, 'rejected', 4, null, -1.5, null, 4, 9, 26, 'rejected', '- Because'],
      [2, 'finished', null, null, null, null, 8, 15, 40, 'length', '=1+2\nfoo, "bar"'],
      [3, 'not-started', null, null, null, null, 0, 0, null, null, null],
    ]);
    expect(rows[0]).toMatchObject({
      run_id: id,
      lane_id: `${id}-0`,
      strategy: 'speculative-rejection',
      schema_version: 2,
    });
    expect(rows.map((row) => row.judge_reward)).toEqual([-1.25, null, 0.5, null]);
  });
});

describe('checkpoints.csv', () => {
  it('has one row per score of an unfinished text', async () => {
    const store = await temporaryStore();
    storeFinishedRun(store);
    const { header, rows } = await exported(store, 'checkpoints');

    expect(header).toBe(
      'run_id, lane_id, candidate_index, position, time_ms, reward_partial, live, cache_bytes, observed, strategy, schema_version',
    );
    expect(rows.map((row) => Object.values(row).slice(2, -2))).toEqual([
      [0, 4, 25, 0.25, 3, 1536, false],
      [1, 4, 25, -1.5, 3, 1536, false],
      [2, 4, 25, null, 3, 1536, false],
      [2, 2, 60, -0.5, null, null, true],
    ]);
  });
});

describe('votes.csv', () => {
  it('has one row per vote', async () => {
    const store = await temporaryStore();
    const id = storeFinishedRun(store);
    const first = aVote({ runId: id, reasons: ['correct', 'clear'], comment: '=1' });
    const second = aVote({ runId: id, choice: 'skipped', repeatOf: first.id });
    for (const vote of [first, second]) store.addVote(vote);
    const { header, rows } = await exported(store, 'votes');

    expect(header).toBe(
      'run_id, vote_id, voted_at_utc, left_method, right_method, choice, reasons, comment, blind, voted_before_end, ' +
        'repeat_of, schema_version',
    );
    expect(rows).toHaveLength(2);
    expect(rows[0]).toEqual({
      run_id: id,
      vote_id: first.id,
      voted_at_utc: '2026-03-02T09:00:00.000Z',
      left_method: 'best-of-n',
      right_method: 'speculative-rejection',
      choice: 'left',
      reasons: 'correct; clear',
      comment: '=1',
      blind: true,
      voted_before_end: false,
      repeat_of: null,
      schema_version: 2,
    });
    expect(rows[1]).toMatchObject({ choice: 'skipped', reasons: '', repeat_of: first.id });
  });
});

describe('the vote in runs.csv', () => {
  /** What is exported of the lane of Speculative Rejection, the only one of the run. */
  async function votedLane(...changes: Partial<Vote>[]) {
    const store = await temporaryStore();
    const runId = storeFinishedRun(store);
    for (const change of changes) store.addVote(aVote({ runId, ...change }));
    const [row = {}] = (await exported(store, 'runs')).rows;
    const { vote, vote_reasons, vote_comment, vote_blind, vote_side } = row;
    return [vote, vote_reasons, vote_comment, vote_blind, vote_side];
  }

  it('says what the latest vote made of the lane, and on which side it stood', async () => {
    const details = { reasons: ['clear', 'complete'], comment: 'short', blind: false } as const;
    expect(await votedLane({ choice: 'right', ...details, reasons: [...details.reasons] })).toEqual(
      ['won', 'clear; complete', 'short', false, 'right'],
    );
    expect(await votedLane({ choice: 'right' }, { choice: 'left' })).toEqual([
      'lost',
      '',
      '',
      true,
      'right',
    ]);
    const swapped = { left: 'speculative-rejection', right: 'best-of-n' } as const;
    expect((await votedLane({ choice: 'left', ...swapped }))[0]).toBe('won');
    expect((await votedLane({ choice: 'left', ...swapped }))[4]).toBe('left');
    expect((await votedLane({ choice: 'equal' }))[0]).toBe('equal');
    expect((await votedLane({ choice: 'both-bad' }))[0]).toBe('both-bad');
  });

  it('passes over votes that were skipped', async () => {
    expect((await votedLane({ choice: 'right' }, { choice: 'skipped' }))[0]).toBe('won');
    expect(await votedLane({ choice: 'skipped' })).toEqual([null, null, null, null, null]);
  });

  it('is empty for a lane that the vote was not about', async () => {
    expect(await votedLane({ left: 'best-of-n', right: 'greedy' })).toEqual([
      ...[null, null, null, null, null],
    ]);
  });
});

describe('comparisons.csv', () => {
  it('has one row per run, with a strategy that was not tried left empty', async () => {
    const store = await temporaryStore();
    const id = storeVotedRun(store, { prompt: 'Which one?' });
    const { rows } = await exported(store, 'comparisons');

    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      run_id: id,
      prompt: 'Which one?',
      generator: 'Tiny',
      reward_model: 'Tiny reward',
      seed: 1,
      hold: 'candidates',
      alpha: 0.5,
      best_of_n_status: null,
      best_of_n_text: null,
      speculative_rejection_status: 'done',
      speculative_rejection_candidates: 4,
      speculative_rejection_reward: 0.75,
      judge_model: null,
      best_of_n_judge_reward: null,
      speculative_rejection_judge_reward: -1.25,
      speculative_rejection_time_total_ms: 47,
      speculative_rejection_tokens_generated: 19,
      speculative_rejection_tokens_thrown_away: 4,
      speculative_rejection_peak_cache_bytes: 2048,
      speculative_rejection_text: 'Light 😀!',
      vote: 'best-of-n',
    });
  });

  it('holds runs without lanes too', async () => {
    const store = await temporaryStore();
    store.createRun(aRun());
    const { rows } = await exported(store, 'comparisons');
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ speculative_rejection_status: null, vote: null });
  });
});

describe('the file', () => {
  it('is only a header where nothing is stored', async () => {
    const store = await temporaryStore();
    for (const what of exportKinds) {
      expect((await exported(store, what)).rows).toEqual([]);
    }
  });

  it('begins with a byte order mark unless another format is asked for', async () => {
    const store = await temporaryStore();
    const file = join(temporaryFolder(), 'out.csv');
    await exportCsv({ store, what: 'runs', file });
    expect(readFileSync(file).subarray(0, 9).toString('utf8')).toBe('\uFEFFrun_id');
    await exportCsv({ store, what: 'runs', file, format: 'plain' });
    expect(readFileSync(file).subarray(0, 6).toString('utf8')).toBe('run_id');
  });

  it('stays as it was, with nothing beside it, where the export is stopped', async () => {
    const store = await temporaryStore();
    storeFinishedRun(store);
    const folder = temporaryFolder();
    const file = join(folder, 'out.csv');
    writeFileSync(file, 'before');
    const request = { store, what: 'runs' as const, file, signal: AbortSignal.abort() };

    await expect(exportCsv(request)).rejects.toMatchObject({ code: 'cancelled' });
    expect(readdirSync(folder)).toEqual(['out.csv']);
    expect(readFileSync(file, 'utf8')).toBe('before');
  });

  it('is refused in plain words where it cannot be written', async () => {
    const store = await temporaryStore();
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'a-folder'));
    writeFileSync(join(folder, 'a-file'), '');
    const refused = (...path: string[]) =>
      exportCsv({ store, what: 'runs', file: join(folder, ...path) });

    await expect(refused('missing', 'out.csv')).rejects.toMatchObject({
      code: 'file-failed',
      message: expect.stringContaining('its folder does not exist') as string,
    });
    await expect(refused('a-file', 'out.csv')).rejects.toMatchObject({ code: 'file-failed' });
    await expect(refused('a-folder')).rejects.toMatchObject({ code: 'file-failed' });
    expect(readdirSync(folder).sort()).toEqual(['a-file', 'a-folder']);
  });

  it('holds what was stored when the export began, while a run goes on', async () => {
    const store = await temporaryStore();
    storeFinishedRun(store);
    const reader = await store.openReader();
    const rows = reader.candidates({ kind: 'all' })[Symbol.iterator]();
    rows.next();
    storeFinishedRun(store);
    let left = 0;
    while (rows.next().done !== true) left += 1;
    reader.close();
    expect(left).toBe(3);
  });
});
