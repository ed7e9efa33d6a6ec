/** The order in which engines take turns. */

export interface PlannedJob {
  turn: number;
  n: number;
  tokens: number;
  engine: string;
}

/**
 * Engines follow each other within a setting, so that whatever slows the machine down for a while meets all of them;
 * every other turn runs backwards, so that none always follows the same one.
 */
export function planJobs({
  n: counts,
  tokens: lengths,
  engines,
  turns,
}: {
  n: readonly number[];
  tokens: readonly number[];
  engines: readonly string[];
  turns: number;
}): PlannedJob[] {
  const turn = (number: number): PlannedJob[] => {
    const order = number % 2 === 0 ? engines : engines.toReversed();
    return counts.flatMap((n) =>
      lengths.flatMap((tokens) => order.map((engine) => ({ turn: number, n, tokens, engine }))),
    );
  };
  return Array.from({ length: turns }, (_, number) => turn(number)).flat();
}
