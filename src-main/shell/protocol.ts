/** The scheme `app://bundle/…`, under which the window gets its pages. It gives files of the bundle and nothing else. */
import { readFile } from 'node:fs/promises';
import { protocol } from 'electron';
import { securityHeaders } from '../transport/security-headers.ts';
import { findStaticFile } from '../transport/static-files.ts';
import { appScheme, bundleHost } from './page-address.ts';

/** To be called once, before Electron is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** @param root the folder of the built pages */
export function serveApp(root: string): void {
  protocol.handle(appScheme, (request) => answer(root, request));
}

async function answer(root: string, { method, url }: Request): Promise<Response> {
  const { host, pathname } = new URL(url);
  const isLook = method === 'GET' || method === 'HEAD';
  const file = isLook && host === bundleHost ? await findStaticFile(root, pathname) : null;
  if (file === null) return new Response('Not found', { status: 404, headers: securityHeaders });
  const { path, contentType, cacheControl } = file;
  // Not by Electron's own fetch of a file: the guard cancels every request that is not to this scheme.
  const content = method === 'HEAD' ? null : await readFile(path);
  return new Response(content, {
    headers: { ...securityHeaders, 'Content-Type': contentType, 'Cache-Control': cacheControl },
  });
}
