/** Finds the file under a folder that a URL's path means: for the HTTP server and for Electron's `app://` alike. */
import { realpath, stat } from 'node:fs/promises';
import { extname, isAbsolute, join, relative, sep } from 'node:path';

export interface StaticFile {
  /** The real path: no link is left in it. */
  path: string;
  contentType: string;
  cacheControl: string;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** The content type that a file name's ending stands for. */
export const contentTypeOf = (fileName: string): string =>
  contentTypes[extname(fileName).toLowerCase()] ?? 'application/octet-stream';

/** The bundler puts a hash of the content into these names: what such a name means never changes. */
const hashedName = /^assets\/.*-[\w-]{8,}\.\w+$/;

/**
 * The file that a URL's path (`/assets/index.js`, still percent-encoded, without query) means under the root, or null: where
 * there is none, where the path leaves the root, be it by a link, and where it is spelled in a way that no page of ours uses.
 */
export async function findStaticFile(root: string, urlPath: string): Promise<StaticFile | null> {
  const segments = urlPath === '/' ? ['index.html'] : plainSegments(urlPath);
  if (segments === null) return null;
  const path = await fileWithin(root, join(root, ...segments));
  if (path === null) return null;
  return {
    path,
    contentType: contentTypeOf(path),
    cacheControl: hashedName.test(segments.join('/'))
      ? 'public, max-age=31536000, immutable'
      : 'no-cache',
  };
}

/** Only plain names: no hidden ones, `.` and `..` among them, and nothing that a file system reads as more than a name. */
function plainSegments(urlPath: string): string[] | null {
  if (!urlPath.startsWith('/')) return null;
  const segments: string[] = [];
  for (const encoded of urlPath.slice(1).split('/')) {
    const segment = decoded(encoded);
    if (segment === null || !/^[^./\\:\0][^/\\:\0]*$/.test(segment)) return null;
    segments.push(segment);
  }
  return segments;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

async function fileWithin(root: string, path: string): Promise<string | null> {
  try {
    const [realRoot, realPath] = await Promise.all([realpath(root), realpath(path)]);
    const inside = relative(realRoot, realPath);
    if (isAbsolute(inside) || inside.split(sep)[0] === '..') return null;
    return (await stat(realPath)).isFile() ? realPath : null;
  } catch {
    // Not there, or not for us to read: the same to whoever asks.
    return null;
  }
}
