/**
 * What exports read, in SQL. CROSS JOIN is SQLite's word for this very order of loops: rows come out in the order of the
 * indexes, so that none has to be sorted and an export of any length can stream.
 */
import type { ExportKind, ExportScope } from '../contract/exports.ts';
import { chosenJudgeRewardSql, chosenTextSql } from './lane-repository.ts';
import { runsWithin } from './scope.ts';

type Kind = ExportScope['kind'];

export const runsSql = (kind: Kind) => `SELECT * FROM run WHERE ${runsWithin(kind)} ORDER BY id`;

const lanesOf = (kind: Kind) => `
  FROM run CROSS JOIN lane ON lane.run_id = run.id
  WHERE ${runsWithin(kind)}`;

export const lanesSql = (kind: Kind) => `
  SELECT lane.*, ${chosenTextSql} AS chosen_text, ${chosenJudgeRewardSql} AS chosen_judge_reward,
    (SELECT count(*) FROM event WHERE lane = lane.number AND type = 'round') AS rounds,
    (SELECT count(*) FROM candidate WHERE lane = lane.number AND state IN ('finished', 'chosen')) AS finished,
    (SELECT count(*) FROM candidate WHERE lane = lane.number AND state = 'rejected') AS rejected
  ${lanesOf(kind)} ORDER BY run.id, lane_order`;

export const rewardsSql = `
  SELECT reward FROM candidate
  WHERE lane = ? AND state IN ('finished', 'chosen') AND reward IS NOT NULL ORDER BY candidate_index`;

const candidatesOf = (kind: Kind) => `
  FROM run CROSS JOIN lane ON lane.run_id = run.id CROSS JOIN candidate ON candidate.lane = lane.number
  WHERE ${runsWithin(kind)}`;

export const candidatesSql = (kind: Kind) => `
  SELECT lane.run_id AS runId, lane.id AS laneId, lane.strategy, lane.status AS laneStatus, candidate_index AS "index", state, finish,
    token_count AS tokens, text, candidate.reward, rejected_at AS rejectedAt, ended_at_ms AS endedAtMs, rank,
    judge_reward AS judgeReward
  ${candidatesOf(kind)} ORDER BY run.id, lane_order, candidate_index`;

const checkpointsOf = (kind: Kind) => `
  FROM run CROSS JOIN lane ON lane.run_id = run.id CROSS JOIN event ON event.lane = lane.number
  CROSS JOIN checkpoint ON checkpoint.lane = event.lane AND checkpoint.sequence = event.sequence
  WHERE ${runsWithin(kind)} AND event.type = 'scored' AND event.details ->> '$.kind' <> 'final'`;

/** The row count and cache of a check are those of the last 'advanced' event before it. */
export const checkpointsSql = (kind: Kind) => `
  SELECT lane.run_id AS runId, lane.id AS laneId, lane.strategy, checkpoint.candidate_index AS "index",
    event.details ->> '$.position' AS position, event.at_ms AS atMs, checkpoint.reward,
    event.details ->> '$.kind' = 'observed' AS observed,
    (SELECT before.details FROM event AS before
     WHERE before.lane = event.lane AND before.sequence < event.sequence AND before.type = 'advanced'
     ORDER BY before.sequence DESC LIMIT 1) AS before
  ${checkpointsOf(kind)} ORDER BY run.id, lane_order, event.sequence, checkpoint.ordinal`;

const votesOf = (kind: Kind) => `
  FROM run CROSS JOIN vote ON vote.run_id = run.id WHERE ${runsWithin(kind)}`;

export const votesSql = (kind: Kind) =>
  `SELECT vote.* ${votesOf(kind)} ORDER BY run.id, vote.number`;

/** What a person thinks of a run now: an answer that was skipped says nothing. */
export const latestVoteSql = `
  SELECT * FROM vote WHERE run_id = ? AND choice <> 'skipped' ORDER BY number DESC LIMIT 1`;

/** How many rows each export has. */
export const countSql: Record<ExportKind, (kind: Kind) => string> = {
  runs: (kind) => `SELECT count(*) ${lanesOf(kind)}`,
  candidates: (kind) => `SELECT count(*) ${candidatesOf(kind)}`,
  checkpoints: (kind) => `SELECT count(*) ${checkpointsOf(kind)}`,
  votes: (kind) => `SELECT count(*) ${votesOf(kind)}`,
  comparisons: (kind) => `SELECT count(*) FROM run WHERE ${runsWithin(kind)}`,
};
