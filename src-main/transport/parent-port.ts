/**
 * The line from a utility process to the Electron shell that started it. Electron puts it on `process`; it is typed here
 * by what is used of it, because nothing outside the shell may know Electron.
 */
import { fromElectronPort, type ElectronPort, type Port } from './message-port.ts';

export interface ShellLine {
  tell(message: unknown): void;
  onMessage(listener: (message: unknown, port: Port | undefined) => void): void;
}

interface ElectronParentPort {
  postMessage(message: unknown): void;
  on(
    event: 'message',
    listener: (event: { data: unknown; ports: readonly ElectronPort[] }) => void,
  ): unknown;
}

/** @returns undefined in every process that is no utility process */
export function lineToShell(owner: object = process): ShellLine | undefined {
  const parent = Reflect.get(owner, 'parentPort') as ElectronParentPort | undefined | null;
  if (!parent) return undefined;
  return {
    tell: (message) => parent.postMessage(message),
    onMessage(listener) {
      parent.on('message', ({ data, ports: [port] }) => {
        listener(data, port && fromElectronPort(port));
      });
    },
  };
}
