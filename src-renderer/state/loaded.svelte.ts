/**
 * What a page asks the application for once, when it opens. `{#await}` is not used for large answers: Svelte keeps the value
 * of the last one for as long as the window lives, and a promise that depends on the connection is asked for again with it.
 */
import { toErrorRecord, type ErrorRecord } from '../../src-main/contract/errors.ts';
import { application } from '../api/application.ts';

export interface Loaded<Value> {
  /** null until it is there. Reactive. */
  readonly value: Value | null;
  /** Why it could not be had; null else. Reactive. */
  readonly error: ErrorRecord | null;
}

/**
 * Asks once; again only where the connection broke before the answer, as soon as it is back. To be called while a component
 * begins.
 */
export function loadOnce<Value>(ask: () => Promise<Value>): Loaded<Value> {
  let value = $state.raw<Value | null>(null);
  let error = $state.raw<ErrorRecord | null>(null);

  async function load(): Promise<void> {
    error = null;
    try {
      value = await ask();
    } catch (fault) {
      error = toErrorRecord(fault);
    }
  }

  $effect(() => {
    if (application.connection === 'open' && error?.code === 'connection-lost') void load();
  });
  void load();
  return {
    get value() {
      return value;
    },
    get error() {
      return error;
    },
  };
}
