/** The one door into the application: a method's name and its parameters, checked by the contract's schemas. */
import * as v from 'valibot';
import { WinnowError } from '../contract/errors.ts';
import {
  methodNames,
  methodParameters,
  type Handlers,
  type MethodName,
} from '../contract/methods.ts';

/** Calls a method by its name. Throws message-invalid for an unknown method or parameters that do not fit; else what the method throws. */
export type Dispatcher = (method: string, parameters: unknown) => Promise<unknown>;

/** Throws at once where a method of the contract has no handler, or a handler no method. */
export function createDispatcher(handlers: Handlers): Dispatcher {
  const missing = methodNames.filter((name) => typeof handlers[name] !== 'function');
  const unknown = Object.keys(handlers).filter((name) => !isMethod(name));
  if (missing.length + unknown.length > 0) {
    throw new Error(`Handlers missing: ${missing.join(', ')}; unknown: ${unknown.join(', ')}`);
  }
  return async (method, parameters) => {
    if (!isMethod(method)) throw invalid(`there is no method "${method.slice(0, 100)}"`);
    const checked = v.safeParse(methodParameters[method], parameters);
    if (!checked.success) throw invalid(`${method}: ${issueText(checked.issues[0])}`);
    const handler = handlers[method] as (parameters: unknown) => Promise<unknown>;
    return handler(checked.output);
  };
}

const isMethod = (name: string): name is MethodName => Object.hasOwn(methodParameters, name);

/** Where and what, without the value: it may hold a prompt. */
function issueText(issue: v.BaseIssue<unknown>): string {
  return `${v.getDotPath(issue) ?? 'parameters'} (${issue.type})`;
}

function invalid(reason: string): WinnowError {
  return new WinnowError(
    'message-invalid',
    'The page asked for something that Winnow does not understand.',
    'Reload the page. If it happens again, please report it.',
    { reason },
  );
}
