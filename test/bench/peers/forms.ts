/** Winnow's own engine, once for each form of its linear layers that is measured. */
import type { LinearForm } from '../../../src-main/contract/engine.ts';

/** `winnow` is what others are compared with: the form that the built-in generator is used in. */
export const winnowForms: Readonly<Record<string, LinearForm>> = {
  winnow: 'fp32',
  'winnow-stored': 'stored',
};

export function isWinnowEngine(engine: string): boolean {
  return engine in winnowForms;
}
