/**
 * Does what is left to do after a failure. A second failure, mostly of the same kind, must not hide the first: that one is
 * what a person has to hear. A run that could not be ended is marked interrupted at the next start.
 */
export function ignoringFaults(work: () => void): void {
  try {
    work();
  } catch {
    // The first failure is on its way to the person.
  }
}
