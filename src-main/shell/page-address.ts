/** Where the window's page comes from: the bundle, through our own scheme; while developing, electron-vite's server. */

export interface PageAddress {
  url: string;
  origin: string;
}

export const appScheme = 'app';
export const bundleHost = 'bundle';

const bundled: PageAddress = {
  url: `${appScheme}://${bundleHost}/`,
  origin: `${appScheme}://${bundleHost}`,
};

/** A packaged application never listens to the address that a developer's environment names. */
export function pageAddress(isPackaged: boolean, developmentUrl: string | undefined): PageAddress {
  if (isPackaged || !developmentUrl) return bundled;
  const { href: url, origin } = new URL(developmentUrl);
  return { url, origin };
}
