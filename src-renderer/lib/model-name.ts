/** What a model is called: by its file or folder, which people chose it by; names inside of files are often of training runs. */

/** The reward that needs no model: the generator's own mean log-likelihood. */
export const likelihood = 'likelihood';

/** The last part of a path of any system. */
export const fileName = (path: string): string =>
  path.split(/[\\/]/).findLast((part) => part !== '') ?? path;

export const modelName = (path: string): string =>
  path === likelihood
    ? 'its own likelihood of each answer'
    : fileName(path).replace(/\.gguf$/i, '');
