/** What a model is called: by its file or folder, which people chose it by; names inside of files are often of training runs. */

/** The reward that needs no model: the generator's own mean log-likelihood. */
export const likelihood = 'likelihood';

const partsOf = (path: string): string[] => path.split(/[\\/]/).filter((part) => part !== '');

/** The last part of a path of any system. */
export const fileName = (path: string): string => partsOf(path).at(-1) ?? path;

/** Ollama names its files by their content, of which a beginning is enough to tell them apart. */
const contentName = /^sha256[-:]([0-9a-f]{8})[0-9a-f]*$/i;

/** A name that says nothing of the model. */
export const isContentName = (path: string): boolean => contentName.test(fileName(path));

export function modelName(path: string): string {
  if (path === likelihood) return 'the writer’s own likelihood of each answer';
  const content = contentName.exec(fileName(path))?.[1];
  if (content !== undefined) return `model ${content}`;
  const name = fileName(path).replace(/\.gguf$/i, '');
  // Jan calls every file `model.gguf`: then its folder has the name.
  return name.toLowerCase() === 'model' ? (partsOf(path).at(-2) ?? name) : name;
}

/**
 * The names of several models, each different: what shares its name with another tells its folders too, as many as it takes.
 * @param nameOf what one is called by itself
 */
export function distinctModelNames(
  paths: readonly string[],
  nameOf: (path: string) => string = modelName,
): string[] {
  return paths.map((path) => {
    const name = nameOf(path);
    const rivals = paths.filter((other) => other !== path && nameOf(other) === name);
    if (rivals.length === 0) return name;
    const folders = partsOf(path).slice(0, -1);
    const enough = folders.findLastIndex((_, from) => {
      const own = folders.slice(from).join('/');
      return rivals.every(
        (rival) => !`/${partsOf(rival).slice(0, -1).join('/')}`.endsWith(`/${own}`),
      );
    });
    return `${name} (${folders.slice(Math.max(0, enough)).join('/')})`;
  });
}
