/** The single way out of the window: pages of a few sites, opened in the person's own browser. */
import { WinnowError } from '../contract/errors.ts';

/** The paper, the models, and where Winnow's parts come from. */
const allowedHosts: readonly string[] = ['arxiv.org', 'github.com', 'huggingface.co'];

/** Opens a page of an allowed site by `open`. Throws message-invalid for everything else. */
export async function openLink(url: string, open: (url: string) => Promise<void>): Promise<void> {
  if (!isAllowedLink(url)) {
    throw new WinnowError(
      'message-invalid',
      'Winnow does not open links to that place.',
      'Copy the address into your browser if you trust it.',
    );
  }
  await open(new URL(url).href);
}

/** https, an allowed host by its exact name, the usual port, and nobody's name and password. */
export function isAllowedLink(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port, username, password } = new URL(url);
  return (
    protocol === 'https:' && allowedHosts.includes(hostname) && port + username + password === ''
  );
}
