/** How fast a model is on this computer, measured. */
import type { DeviceName } from './devices.ts';

export interface ModelSpeed {
  kind: 'generator' | 'reward';
  /** A generator's tokens of all candidates together, a reward model's texts. */
  perSecond: number;
  /** Candidates that were written at once, or texts that were given at once. */
  atOnce: number;
  /** The name of the device that really computed. */
  device: DeviceName;
  /** As in GeneratorFacts; null for a reward model. */
  form: string | null;
}

export interface MeasureRequest {
  path: string;
  kind: ModelSpeed['kind'];
  /** The processor where absent. */
  device?: DeviceName;
  /** Where prepared models are kept. */
  preparedFolder: string;
}

/** Told while a model is loaded to be measured, and while it is. */
export interface MeasureProgress {
  step: 'checking' | 'preparing' | 'loading' | 'measuring';
  /** 0 to 1. */
  fraction: number;
}
