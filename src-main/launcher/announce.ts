/** Tells the person where the served application is: by opening their browser, or by printing its address. */
import { browserCall, callProgram, type ProgramCall } from './browser.ts';
import type { Surroundings } from './surroundings.ts';

/** What is needed to tell where a served application is. */
export interface Announced {
  port: number;
  /** With the one-time token. */
  address: string;
  /** Without. */
  plainAddress: string;
}

export interface Announcer {
  surroundings: Surroundings;
  /** Whether to open the browser; null: where there is a display. */
  open: boolean | null;
  userName: string;
  hostName: string;
  isOnPath: (program: string) => boolean;
  say: (text: string) => void;
  /** Whether the call worked. */
  call?: (call: ProgramCall) => Promise<boolean>;
}

/** Opens the browser or, where that cannot be, prints the address with its token. */
export async function announce(served: Announced, announcer: Announcer): Promise<void> {
  const { surroundings, open, say, call = callProgram } = announcer;
  const browser = browserCall(served.address, surroundings, open, announcer.isOnPath);
  // Taken before the call: the browser spends the token.
  const text = addressText(served, tunnelCommand(served.port, announcer));
  if (browser !== null && (await call(browser))) say(openedText(served.plainAddress));
  else say(text);
}

/** What is said once the browser is open. */
const openedText = (plainAddress: string): string =>
  `Winnow is open in your browser: ${plainAddress}\nCtrl+C ends it.`;

/** What is said where a person has to open the address. */
const addressText = ({ address }: Announced, tunnel: string): string =>
  `Winnow is ready. Open this address in a browser (it works once; the browser is remembered):

  ${address}

From another computer, run this there first:  ${tunnel}
Ctrl+C ends Winnow.`;

/** What is said where another program has the usual port. */
export const portTakenText = (usual: number, taken: number): string =>
  `Another program uses port ${usual}, so Winnow takes ${taken} this time.`;

/** What is said when a browser was turned away that may be the person's. */
export const newAddressText = (address: string): string =>
  `A browser asked for Winnow that it does not know. If it is yours, open this address there:

  ${address}
`;

/** The command that brings the port to another computer, with the address by which that one came here, where it is known. */
export function tunnelCommand(
  port: number,
  { surroundings, userName, hostName }: Pick<Announcer, 'surroundings' | 'userName' | 'hostName'>,
): string {
  const [, , address, sshPort] = (surroundings.env.SSH_CONNECTION ?? '').split(' ');
  const other = sshPort === undefined || sshPort === '22' ? '' : `-p ${sshPort} `;
  return `ssh ${other}-L ${port}:127.0.0.1:${port} ${userName}@${address ?? hostName}`;
}
