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

addEventListener('hashchange', () => {
  place = read();
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
  location.hash = href(path, query);
}

/** Like `go`, in place of the page that is shown: "Back" does not lead to it. */
export function replace(path: string, query: Record<string, string> = {}): void {
  history.replaceState(null, '', href(path, query));
  place = read();
}

/** The address of a page, for links. */
export function href(path: string, query: Record<string, string> = {}): string {
  const text = new URLSearchParams(query).toString();
  return `#${path}${text === '' ? '' : `?${text}`}`;
}
