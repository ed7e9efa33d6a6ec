/** What onnxruntime says of an export that it cannot load or run, in a person's words. */
import { WinnowError } from '../../contract/errors.ts';
import { describeThrown, isOutOfMemory, outOfMemory } from '../onnxruntime.ts';
import { damagedExport, unsupportedExport } from './faults.ts';

/** @returns out-of-memory, model-damaged, model-format-unsupported */
export function loadFault(error: unknown): WinnowError {
  if (error instanceof WinnowError) return error;
  if (isOutOfMemory(error)) return outOfMemory(error);
  const cause = describeThrown(error);
  if (
    /not a registered function\/op|No Op registered|NOT_IMPLEMENTED|opset \d+ is under development/i.test(
      cause,
    )
  ) {
    return unsupportedExport(
      'This ONNX model uses an operator that the part of Winnow that runs models does not know on this device.',
      { cause },
    );
  }
  return damagedExport('its graph does not fit together', { cause });
}

/** @returns out-of-memory, engine-failed */
export function runFault(error: unknown): WinnowError {
  if (error instanceof WinnowError) return error;
  if (isOutOfMemory(error)) return outOfMemory(error);
  return new WinnowError(
    'engine-failed',
    'The model failed while it was writing.',
    'Try again. If it happens again, choose another export of the model.',
    { cause: describeThrown(error) },
    { cause: error },
  );
}
