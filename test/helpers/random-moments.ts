/** Random numbers for the moments at which a test kills something: their seed is printed, and can be given again. */
import { uniformNumber } from '../../src-main/domain/random.ts';

/**
 * Numbers from 0 up to 1. The seed is the environment's WINNOW_TEST_SEED, or a new one.
 * @param name what the numbers are for, as it is printed
 */
export function randomMoments(name: string): () => number {
  const given = process.env['WINNOW_TEST_SEED'];
  const seed = given === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(given);
  console.log(`${name}: WINNOW_TEST_SEED=${seed}`);
  let position = 0;
  return () => uniformNumber(seed, 0, position++);
}
