import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLicences } from '../../../src-main/core/licences.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';

describe('the list of licences', () => {
  it('is read as the build wrote it', async () => {
    const file = join(temporaryFolder(), 'licences.json');
    const entries = [{ name: 'a', version: '1', licence: 'MIT', text: 'Permission is granted' }];
    writeFileSync(file, JSON.stringify(entries));
    expect(await readLicences(file)).toEqual(entries);
  });

  it.each([undefined, '{', '[{"name":"a"}]'])('of %j is a clear error', async (text) => {
    const file = join(temporaryFolder(), 'licences.json');
    if (text !== undefined) writeFileSync(file, text);
    await expect(readLicences(file)).rejects.toMatchObject({ code: 'file-failed' });
  });
});
