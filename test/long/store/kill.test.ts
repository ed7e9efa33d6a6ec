import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { randomMoments } from '../../helpers/random-moments.ts';
import { expectIntact, startWriter } from '../../helpers/store-process.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';

const random = randomMoments('moments of the store kills');
/** Real time is what this test is about: moments while the process starts, migrates, writes and moves its log. */
const randomMoment = () => pause(random() * 1500);

describe('a process killed at a random moment', () => {
  it('leaves everything that it had stored, 20 times in one database', async () => {
    const path = join(temporaryFolder(), 'winnow.db');
    for (let kill = 0; kill < 20; kill += 1) {
      const writer = startWriter(path, 1e9);
      await randomMoment();
      await writer.kill();
      await expectIntact(path, writer);
    }
  });

  it('leaves a database that opens, killed while it is made', async () => {
    for (let kill = 0; kill < 10; kill += 1) {
      const path = join(temporaryFolder(), 'winnow.db');
      const writer = startWriter(path, 1e9);
      await pause(100 + random() * 200);
      await writer.kill();
      await expectIntact(path, writer);
    }
  });
});

describe('one database', () => {
  it('may be made by four processes at once, 10 times', async () => {
    for (let time = 0; time < 10; time += 1) {
      const path = join(temporaryFolder(), 'winnow.db');
      const writers = [1, 2, 3, 4].map(() => startWriter(path, 2));
      expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual([0, 0, 0, 0]);
    }
  });
});
