import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Application } from '../../../src-main/core/application.ts';
import { openStore } from '../../../src-main/store/open.ts';
import type { Store } from '../../../src-main/store/store.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';
import { makeApplication, realEngine } from '../../helpers/whole-application.ts';

/** An application that opens its store late, with the stores that it opened. @param prepare may break one */
function applicationWith(prepare: (store: Store) => Store = (store) => store): {
  application: Application;
  opened: Store[];
} {
  const folder = temporaryFolder();
  const opened: Store[] = [];
  const open = async (): Promise<Store> => {
    const store = await openStore(join(folder, 'winnow.db'));
    opened.push(store);
    return prepare(store);
  };
  const application = makeApplication({ folder }, open, realEngine());
  onTestFinished(() => application.close());
  return { application, opened };
}

const isClosed = (store: Store | undefined): boolean => {
  try {
    store?.countRuns();
    return false;
  } catch {
    return true;
  }
};

describe('the store of an application', () => {
  it('is opened once, however many ask for it at the same time', async () => {
    const { application, opened } = applicationWith();
    const [first, second] = await Promise.all([application.store(), application.store()]);
    await application.history(5);
    expect(first).toBe(second);
    expect(opened).toHaveLength(1);
  });

  it('is closed and opened again where it could not be tidied', async () => {
    let faults = 1;
    const { application, opened } = applicationWith((store) => ({
      ...store,
      markInterruptedRuns() {
        if (faults-- > 0) throw new Error('busy');
        return store.markInterruptedRuns();
      },
    }));
    await expect(application.store()).rejects.toThrow('busy');
    expect(isClosed(opened[0])).toBe(true);
    expect(await application.history(5)).toEqual([]);
    expect(opened).toHaveLength(2);
  });

  it('is closed with the application, also while it is being opened', async () => {
    const { application, opened } = applicationWith();
    const asked = application.store();
    await application.close();
    await asked;
    expect(opened.map(isClosed)).toEqual([true]);
  });

  it('that cannot be opened does not keep the application from closing', async () => {
    const { application } = applicationWith(() => {
      throw new Error('damaged');
    });
    await expect(application.store()).rejects.toThrow('damaged');
    await application.close();
  });
});
