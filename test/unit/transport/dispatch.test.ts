import { describe, expect, it } from 'vitest';
import { methodNames, type Handlers } from '../../../src-main/contract/methods.ts';
import { createDispatcher } from '../../../src-main/transport/dispatch.ts';

/** Handlers that give their parameters back. */
function echoes(): Handlers {
  const echo = (parameters: unknown) => Promise.resolve(parameters);
  return Object.fromEntries(methodNames.map((name) => [name, echo])) as unknown as Handlers;
}

describe('the dispatcher', () => {
  it('calls a method with its parameters', async () => {
    const dispatch = createDispatcher(echoes());
    expect(await dispatch('runs.get', { id: 'abc' })).toEqual({ id: 'abc' });
  });

  it.each([
    ['an unknown method', 'runs.explode', {}],
    ['a name that every object has', 'constructor', {}],
    ['a missing parameter', 'runs.get', {}],
    ['a parameter of another kind', 'runs.get', { id: 7 }],
    ['a parameter too many', 'runs.get', { id: 'abc', and: 'more' }],
    ['no parameters at all', 'runs.get', undefined],
    ['a number out of range', 'runs.list', { limit: 100_000 }],
    ['settings that are none', 'comparison.start', { prompt: 'Hello', settings: { alpha: 2 } }],
  ])('refuses %s', async (_, method, parameters) => {
    const dispatch = createDispatcher(echoes());
    await expect(dispatch(method, parameters)).rejects.toMatchObject({ code: 'message-invalid' });
  });

  it('does not repeat what it refuses: it may be a prompt', async () => {
    const dispatch = createDispatcher(echoes());
    const refused = dispatch('comparison.start', { prompt: 'my secret', settings: 'my secret' });
    const error: unknown = await refused.catch((reason: unknown) => reason);
    expect(JSON.stringify(error)).not.toContain('secret');
  });

  it('is not made where a handler is missing, or is one too many', () => {
    const { 'runs.get': missing, ...others } = echoes();
    void missing;
    expect(() => createDispatcher(others as Handlers)).toThrow('runs.get');
    expect(() => createDispatcher({ ...echoes(), more: echoes()['runs.get'] } as Handlers)).toThrow(
      'more',
    );
  });
});
