/**
 * Lets in the browsers of the person who started Winnow, and nobody else on this computer. The printed address carries a
 * token that works once; the browser that brings it gets a cookie and needs no token from then on, until Winnow ends. Once it
 * is spent there is a new one, which is told (printed on the terminal) when a browser without the cookie asks for the page:
 * once for each token, so that nobody can fill the terminal.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export interface Doorkeeper {
  /** The token that lets the next browser in. */
  readonly token: string;
  /** Whether this is the token; it is spent then. */
  admit(token: string): boolean;
  /** The Set-Cookie header for a browser that was let in and knows this server under this port. */
  cookie(port: string): string;
  /** Whether the Cookie header of a request shows that its browser was let in. */
  knows(cookies: string | undefined, port: string): boolean;
  /** Tells the token, where it was not told yet. */
  turnAway(): void;
}

/** @param tell gets a token that a person needs to see */
export function createDoorkeeper(tell: (token: string) => void): Doorkeeper {
  const pass = secret();
  let token = secret();
  let told = false;
  return {
    get token() {
      return token;
    },
    admit(offered) {
      if (!same(offered, token)) return false;
      token = secret();
      told = false;
      return true;
    },
    cookie: (port) => `${cookieName(port)}=${pass}; HttpOnly; SameSite=Strict; Path=/`,
    knows: (cookies, port) => same(readCookie(cookies, cookieName(port)), pass),
    turnAway() {
      if (told) return;
      told = true;
      tell(token);
    },
  };
}

const secret = (): string => randomBytes(32).toString('base64url');

/** Browsers keep cookies by name of the computer, whatever the port: two Winnows need two names. */
const cookieName = (port: string): string => `winnow-${port}`;

function readCookie(cookies: string | undefined, name: string): string {
  const found = (cookies ?? '')
    .split(';')
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(`${name}=`));
  return found?.slice(name.length + 1) ?? '';
}

/** Compares in a time that says nothing about where two texts differ. */
function same(left: string, right: string): boolean {
  const [first, second] = [left, right].map((text) => createHash('sha256').update(text).digest());
  return first !== undefined && second !== undefined && timingSafeEqual(first, second);
}
