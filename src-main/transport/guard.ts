/**
 * Refuses what a browser sends on behalf of another site. The server is bound to this computer, but every page that a person
 * visits can send requests to it, and by DNS rebinding under a name of its own: so Host and Origin have to be ours.
 */
import type { IncomingHttpHeaders } from 'node:http';

/** The names of this computer, with any port: a tunnel may have another one. */
const ownHost = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?$/i;

export interface GuardedRequest {
  method?: string | undefined;
  headers: IncomingHttpHeaders;
}

/** Whether a request may only look: nothing that it asks for changes anything. */
export const onlyLooks = (method: string | undefined): boolean =>
  method === 'GET' || method === 'HEAD';

/** Why a request is refused, in a sentence; null where it is not. */
export function whyRefused(request: GuardedRequest): string | null {
  const { host, origin, upgrade } = request.headers;
  if (host === undefined || !ownHost.test(host)) {
    return 'Winnow answers only to localhost, 127.0.0.1 and [::1].';
  }
  const needsOrigin = upgrade !== undefined || !onlyLooks(request.method);
  if (origin === undefined ? needsOrigin : origin !== `http://${host.toLowerCase()}`) {
    return 'Winnow answers only to its own pages.';
  }
  return null;
}

/** The port under which the browser knows this server. */
export const portOfHost = (host: string | undefined): string =>
  ownHost.exec(host ?? '')?.[1] ?? '80';
