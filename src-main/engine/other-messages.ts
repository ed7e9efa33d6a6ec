/** Lets a message that has arrived, such as a stop, be read before more is computed. */
export function otherMessages(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
