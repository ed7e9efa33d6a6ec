/** Finds a package on a NuGet feed, and fetches it with its checksum compared. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as v from 'valibot';

interface FeedPackage {
  name: string;
  version: string;
}

const indexSchema = v.object({
  resources: v.array(v.looseObject({ '@id': v.string(), '@type': v.string() })),
});
const leafSchema = v.object({ catalogEntry: v.string() });
const catalogSchema = v.object({
  packageHash: v.string(),
  packageHashAlgorithm: v.literal('SHA512'),
  packageSize: v.number(),
});

interface FoundPackage {
  url: string;
  /** SHA-512, base64. */
  hash: string;
  sizeBytes: number;
}

/** Something between here and the server went wrong. */
export class FetchFault extends Error {}

/**
 * Where a package lies, and its checksum, which the feed keeps beside it.
 * @param index the feed's address
 * @throws FetchFault where the feed cannot be reached or has no such package; Error where it does not answer as NuGet's do
 */
export async function findPackage(
  index: string,
  { name, version }: FeedPackage,
): Promise<FoundPackage> {
  const { resources } = v.parse(indexSchema, await fetchJson(index));
  const base = (type: string): string => {
    const found = resources.find((resource) => resource['@type'] === type)?.['@id'];
    if (found === undefined) throw new Error(`the feed ${index} has no ${type}`);
    return found.endsWith('/') ? found : `${found}/`;
  };
  const [id, number] = [name.toLowerCase(), version.toLowerCase()];
  const leaf = `${base('RegistrationsBaseUrl/3.6.0')}${id}/${number}.json`;
  const { catalogEntry } = v.parse(leafSchema, await fetchJson(leaf));
  const { packageHash, packageSize } = v.parse(catalogSchema, await fetchJson(catalogEntry));
  const url = `${base('PackageBaseAddress/3.0.0')}${id}/${number}/${id}.${number}.nupkg`;
  return { url, hash: packageHash, sizeBytes: packageSize };
}

/**
 * Fetches a package into a file.
 * @param onPart told the share that is done
 * @throws FetchFault where the connection breaks; Error where it does not arrive whole, or cannot be written
 */
export async function fetchPackage(
  { url, hash, sizeBytes }: FoundPackage,
  file: string,
  onPart: (fraction: number) => void,
): Promise<void> {
  const answer = await get(url);
  if (answer.body === null) throw new FetchFault(`${url} answered nothing`);
  const hashed = createHash('sha512');
  let done = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      hashed.update(chunk);
      done += chunk.length;
      onPart(done / sizeBytes);
      next(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(answer.body), counting, createWriteStream(file)).catch(
    (error: unknown) => {
      // Node's fetch throws a TypeError where a connection breaks; faults of the file stay what they are.
      throw error instanceof TypeError
        ? new FetchFault('the connection broke', { cause: error })
        : error;
    },
  );
  if (hashed.digest('base64') !== hash) {
    throw new Error('the package that arrived is not the one that the feed describes');
  }
}

async function fetchJson(url: string): Promise<unknown> {
  const answer = await get(url, { accept: 'application/json' });
  return answer.json();
}

/** @throws FetchFault */
async function get(url: string, headers: Record<string, string> = {}): Promise<Response> {
  const answer = await fetch(url, { headers }).catch((error: unknown) => {
    throw new FetchFault(`${new URL(url).host} could not be reached`, { cause: error });
  });
  if (!answer.ok) throw new FetchFault(`${url} answered ${answer.status}`);
  return answer;
}
