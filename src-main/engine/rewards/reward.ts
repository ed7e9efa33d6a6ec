/** One interface over both kinds of reward, so that whoever scores need not know which it is. */
import type {
  DeviceName,
  LoadProgress,
  LoadRewardRequest,
  RewardFacts,
} from '../../contract/engine.ts';
import { meanLogLikelihood } from '../../domain/likelihood.ts';
import { likelihoodFacts } from './likelihood.ts';
import {
  loadRewardModel,
  type RewardModel,
  type ScoredText,
  type ScoreOptions,
} from './reward-model.ts';

/** An answer, whole or so far. */
export interface AnswerToScore {
  text: string;
  /** One for each of its tokens; read by the likelihood reward only, may be empty otherwise. */
  logProbabilities: readonly number[];
}

export interface Reward {
  facts: RewardFacts;
  /**
   * Scores answers to one prompt; an answer's reward does not depend on the others.
   * @returns one result for each answer, in the order given
   * @throws WinnowError cancelled, out-of-memory, engine-failed
   */
  score(
    prompt: string,
    answers: readonly AnswerToScore[],
    options?: ScoreOptions,
  ): Promise<ScoredText[]>;
  /** How many tokens of an answer fit beside this prompt; null where there is no limit. */
  answerRoom(prompt: string): number | null;
  /** Drops what is kept of texts that were scored before, so that every lane does all of its own work. */
  forget(): void;
  close(): Promise<void>;
}

/**
 * Loads a reward: `likelihood`, or a reward model.
 * @throws WinnowError as loadRewardModel does
 */
export async function loadReward(
  request: LoadRewardRequest,
  onProgress: (progress: LoadProgress) => void = () => undefined,
  shouldStop: () => boolean = () => false,
): Promise<Reward> {
  const { path, device } = request;
  if (path === 'likelihood') return makeLikelihoodReward(device === 'auto' ? 'cpu' : device);
  return makeModelReward(await loadRewardModel({ ...request, onProgress, shouldStop }));
}

/** @param device the one that the generator runs on, since it is the generator that gives this reward */
export function makeLikelihoodReward(device: DeviceName): Reward {
  return {
    facts: likelihoodFacts(device),
    score: (_prompt, answers) =>
      Promise.resolve(
        answers.map(({ logProbabilities }) => ({
          reward: meanLogLikelihood(logProbabilities),
          cut: false,
          // No token is given to a reward model.
          tokens: 0,
        })),
      ),
    answerRoom: () => null,
    forget: () => undefined,
    close: () => Promise.resolve(),
  };
}

function makeModelReward(model: RewardModel): Reward {
  return {
    facts: model.facts,
    score: (prompt, answers, options) =>
      model.score(
        prompt,
        answers.map(({ text }) => text),
        options,
      ),
    answerRoom: (prompt) => model.answerRoom(prompt),
    forget: () => model.forget(),
    close: () => model.close(),
  };
}
