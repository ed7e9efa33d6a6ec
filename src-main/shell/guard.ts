/** Keeps every window on our page and off the network: navigation, windows, permissions, devices, downloads, requests. */
import { app, type Session, type WebContents } from 'electron';
import type { PageAddress } from './page-address.ts';

/** Copying a chart or a text, after a click. */
const allowedPermissions: readonly string[] = ['clipboard-sanitized-write'];

/** Guards every web contents from now on, whatever creates it. */
export function guardAllContents(page: PageAddress): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents, page));
}

function guardContents(contents: WebContents, page: PageAddress): void {
  /** A page may load itself again. Everything else is prevented, a file that is dropped beside its target among it. */
  const stay = (event: { url: string; preventDefault(): void }): void => {
    if (!isPage(event.url, page)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

const isPage = (url: string, page: PageAddress): boolean => url.split('#')[0] === page.url;

/** Guards what the pages of a session may use and reach. */
export function guardSession(session: Session, page: PageAddress): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => {
    answer(allowedPermissions.includes(permission));
  });
  session.setPermissionCheckHandler((_contents, permission) =>
    allowedPermissions.includes(permission),
  );
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayReach(url, page) }));
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${page.origin}/`)) event.preventDefault();
  });
}

/** Our pages, the images and tables that they make themselves (blob:), and the developer tools. */
const reachableSchemes: readonly string[] = ['app:', 'blob:', 'devtools:'];

function mayReach(url: string, page: PageAddress): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host } = new URL(url);
  if (reachableSchemes.includes(protocol)) return true;
  // While developing, the page and the socket that reloads it come from one server.
  const { protocol: pageProtocol, host: pageHost } = new URL(page.url);
  return pageProtocol === 'http:' && host === pageHost && ['http:', 'ws:'].includes(protocol);
}
