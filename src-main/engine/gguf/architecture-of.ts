import type { Architecture } from './architectures/architecture.ts';
import { architectures } from './architectures/index.ts';
import { architectureUnsupported, damaged, printable } from './faults.ts';
import type { GgufMetadata } from './metadata.ts';

/** Keys of state-space and other recurrent layers, which keep a state in place of keys and values. */
const recurrentKey = /^[^.]+\.(ssm|wkv|shortconv|kda)\./;

/**
 * The architecture of a file.
 * @throws model-architecture-unsupported, model-damaged where the file does not say.
 */
export function architectureOf(metadata: GgufMetadata): Architecture {
  const name = metadata.text('general.architecture');
  if (name === null) throw damaged('it does not say which kind of model it holds');
  const details = { architecture: printable(name) };
  if ((metadata.number(`${name}.expert_count`) ?? 0) > 0) {
    throw architectureUnsupported(
      'it is a mixture of experts, where every token takes its own way through the model',
      details,
    );
  }
  if (metadata.keys().some((key) => recurrentKey.test(key))) {
    throw architectureUnsupported(
      'it is recurrent, and keeps a running state where Winnow needs a cache of keys and values',
      details,
    );
  }
  const found = architectures.find((architecture) => architecture.name === name);
  if (found !== undefined) return found;
  throw architectureUnsupported(`its architecture is "${printable(name)}"`, details);
}
