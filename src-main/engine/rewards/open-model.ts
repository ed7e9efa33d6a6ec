/** What a reward model is made of, whatever it is opened from. */
import type { DeviceName, LoadProgress, RewardFacts } from '../../contract/engine.ts';
import type { RewardHead } from './heads.ts';
import type { Scorer } from './scorer.ts';
import type { TextForm } from './text-form.ts';

export interface LoadRewardModelOptions {
  /** A folder, an .onnx file in one, or a GGUF file. */
  path: string;
  device: DeviceName | 'auto';
  /** Where prepared models are kept. */
  preparedFolder: string;
  onProgress?: (progress: LoadProgress) => void;
  shouldStop?: () => boolean;
}

export interface OpenRewardModel {
  facts: Pick<RewardFacts, 'name' | 'contentHash' | 'device'>;
  description: RewardDescription;
  windowTokens: number;
  texts: TextForm;
  scorer: Scorer;
}

/** What kind of reward model it is. */
export interface RewardDescription {
  /** As config.json or the file calls it; null where it does not. */
  architecture: string | null;
  heads: RewardHead[];
}
