/** Winnow's own engine, once for each form of its linear layers. */
import { linearForms, type LinearForm } from '../../../src-main/contract/engine.ts';

/** `winnow` computes in fp32, as the built-in generator is used. */
export const winnowForms: Readonly<Record<string, LinearForm>> = Object.fromEntries(
  linearForms.map((form) => [form === 'fp32' ? 'winnow' : `winnow-${form}`, form] as const),
);

export function isWinnowEngine(engine: string): boolean {
  return engine in winnowForms;
}
