/** Models that are split into several files (llama.cpp's gguf-split): the first has the metadata, all have tensors. */
import { basename, dirname, join } from 'node:path';
import { WinnowError } from '../../contract/errors.ts';
import { damaged, formatUnsupported, printable } from './faults.ts';
import type { GgufHeader } from './header.ts';
import type { GgufMetadata } from './metadata.ts';

/** What a file says of itself as one of several. */
interface SplitPlace {
  /** From 0. */
  number: number;
  count: number;
}

/** Far above any real model; each part stays open while the model is read. */
const mostParts = 256;

const partName = /^(.*)-(\d{5})-of-(\d{5})(\.gguf)$/i;

/**
 * Where the parts of a model lie, the first one first; null where the file is all of it.
 * @param path one of the parts
 * @throws model-damaged, model-format-unsupported where its name does not lead to the others
 */
export function partPaths(path: string, metadata: GgufMetadata): string[] | null {
  const place = readPlace(metadata);
  if (place === null) return null;
  const { number, count } = place;
  const [, stem, named, ofNamed, ending = ''] = partName.exec(basename(path)) ?? [];
  if (stem === undefined || Number(named) !== number + 1 || Number(ofNamed) !== count) {
    throw formatUnsupported(
      `This file is part ${number + 1} of a model in ${count} files, but its name does not say so.`,
      `Give all parts the names that they were published under, ending in "-00001-of-${digits(count)}.gguf" and so on.`,
      { part: number + 1, parts: count },
    );
  }
  return Array.from({ length: count }, (_, index) =>
    join(dirname(path), `${stem}-${digits(index + 1)}-of-${digits(count)}${ending}`),
  );
}

/**
 * Checks that the parts, in their order, are those of one model.
 * @throws model-damaged
 */
export function checkParts(parts: readonly GgufHeader[]): void {
  const names = new Set<string>();
  for (const [index, { metadata, tensors }] of parts.entries()) {
    const place = readPlace(metadata);
    if (place?.number !== index || place.count !== parts.length) throw strangers();
    for (const name of tensors.keys()) {
      if (names.has(name)) throw strangers();
      names.add(name);
    }
  }
  for (const { metadata } of parts) {
    const total = metadata.number('split.tensors.count');
    if (total !== null && total !== names.size) throw strangers();
  }
}

export function partMissing(path: string, parts: number): WinnowError {
  const name = printable(basename(path));
  return new WinnowError(
    'model-not-found',
    `This model is in ${parts} files, and one of them is missing: ${name}.`,
    'Put all of its files into one folder; download the missing one where you got the others.',
    { file: name, parts },
  );
}

function readPlace(metadata: GgufMetadata): SplitPlace | null {
  const count = metadata.number('split.count') ?? 1;
  if (count === 0 || count === 1) return null;
  const number = metadata.number('split.no') ?? -1;
  const possible = Number.isInteger(count) && count > 0 && count <= mostParts;
  if (!possible || !Number.isInteger(number) || number < 0 || number >= count) {
    throw damaged('it says that it is part of a model in an impossible number of files', { count });
  }
  return { number, count };
}

function strangers(): WinnowError {
  return damaged('its parts do not belong together');
}

function digits(number: number): string {
  return String(number).padStart(5, '0');
}
