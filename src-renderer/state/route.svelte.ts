/** Where a person is: the hash of the address, `#/run/<id>?search=word`. */

interface Place {
  path: string;
  query: URLSearchParams;
}

function read(): Place {
  const hash = location.hash.replace(/^#/, '');
  const [path = '', query = ''] = hash.split('?', 2);
  return { path: path.startsWith('/') ? path : '/', query: new URLSearchParams(query) };
}

let place = $state.raw(read());
let shownHash = location.hash;
let again = $state(0);

addEventListener('hashchange', () => {
  shownHash = location.hash;
  place = read();
});

// A link to the page that is shown changes no hash: this is all that tells of it.
addEventListener('popstate', () => {
  if (location.hash === shownHash) again += 1;
});

export const route = {
  /** "/run/42"; "/" where the address names no page. Reactive. */
  get path(): string {
    return place.path;
  },
  /** ["run", "42"]; decoded. Reactive. */
  get segments(): string[] {
    return place.path.split('/').filter(Boolean).map(decode);
  },
  /** What stands behind the "?" of the hash. Reactive. */
  get query(): URLSearchParams {
    return place.query;
  },
  /** Grows when somebody asks for the page that is shown already. Reactive. */
  get again(): number {
    return again;
  },
};

/** An address that was typed may hold a "%" that encodes nothing. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Goes to a page: `go('/history')`, `go('/history', { search: 'word' })`. */
export function go(path: string, query: Record<string, string> = {}): void {
  const next = href(path, query);
  if (next === location.hash) again += 1;
  else location.hash = next;
}

/** Like `go`, in place of the page that is shown: "Back" does not lead to it. */
export function replace(path: string, query: Record<string, string> = {}): void {
  history.replaceState(null, '', href(path, query));
  shownHash = location.hash;
  place = read();
}

/** The address of a page, for links. */
export function href(path: string, query: Record<string, string> = {}): string {
  const text = new URLSearchParams(query).toString();
  return `#${path}${text === '' ? '' : `?${text}`}`;
}
