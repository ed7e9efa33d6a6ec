/** A model that a person is about to choose: its path, and what a look into it told. */
import { toErrorRecord, type ErrorRecord } from '../../../src-main/contract/errors.ts';
import type { ModelCheck } from '../../../src-main/contract/engine.ts';
import { application } from '../../api/application.ts';
import type { ModelKind } from '../../state/remembered-models.ts';
import { wrongKind } from './model-words.ts';

export class ModelChoice {
  path = $state('');
  check = $state.raw<ModelCheck | null>(null);
  error = $state.raw<ErrorRecord | null>(null);
  busy = $state(false);
  private readonly kind: ModelKind;
  /** Answers about a path that is no longer asked for are not shown. */
  private asked = 0;

  constructor(kind: ModelKind) {
    this.kind = kind;
  }

  /** It was looked into and can be used. Reactive. */
  get usable(): boolean {
    return this.check !== null && this.check.supported && wrongKind(this.check, this.kind) === null;
  }

  clear(): void {
    this.asked += 1;
    this.check = null;
    this.error = null;
    this.busy = false;
  }

  /** Looks into the model at a path. */
  async look(path: string): Promise<void> {
    this.clear();
    this.path = path;
    const { asked } = this;
    // Paths are often pasted in quotation marks.
    const plain = path.trim().replace(/^(["'])(.*)\1$/, '$2');
    if (plain === '') return;
    this.busy = true;
    try {
      const check = await application.call('models.check', { path: plain });
      if (asked !== this.asked) return;
      this.check = check;
      this.path = plain;
    } catch (error) {
      if (asked !== this.asked) return;
      this.error = toErrorRecord(error);
    }
    this.busy = false;
  }
}
