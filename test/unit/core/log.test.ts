import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLog } from '../../../src-main/core/log.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';

const now = () => new Date('2026-03-01T15:42:07.123Z');

describe('the log', () => {
  it('adds one JSON line per event', () => {
    const folder = join(temporaryFolder(), 'logs');
    const log = openLog(folder, { now });
    log.write('info', 'run-ended', { status: 'done', wallMs: 1234 });
    log.write('error', 'error-happened', { code: 'engine-died' });

    expect(readFileSync(join(folder, 'winnow.log'), 'utf8')).toBe(
      '{"time":"2026-03-01T15:42:07.123Z","level":"info","event":"run-ended","status":"done","wallMs":1234}\n' +
        '{"time":"2026-03-01T15:42:07.123Z","level":"error","event":"error-happened","code":"engine-died"}\n',
    );
  });

  it('takes no text of a person: the types refuse it', () => {
    const log = openLog(temporaryFolder(), { now });
    // @ts-expect-error a prompt is no field of any event
    log.write('info', 'run-started', { prompt: 'Why is the sky blue?' });
    // @ts-expect-error a name is one of a closed list
    log.write('info', 'run-ended', { status: 'Why is the sky blue?', wallMs: 1 });
    // @ts-expect-error an event is one of a closed list
    log.write('info', 'Why is the sky blue?', {});
  });

  it('is put aside when it has grown, and the oldest file goes', () => {
    const folder = temporaryFolder();
    const log = openLog(folder, { now, maxBytes: 1, keptFiles: 2 });
    for (let count = 1; count <= 5; count += 1) {
      log.write('info', 'runs-interrupted', { count });
    }
    const counts = ['winnow.log', 'winnow.1.log', 'winnow.2.log'].map(
      (name) => /"count":(\d)/.exec(readFileSync(join(folder, name), 'utf8'))?.[1],
    );
    expect(counts).toEqual(['5', '4', '3']);
    expect(readdirSync(folder)).toHaveLength(3);
  });

  it('never ends what it tells about, even where it cannot be written', () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(() => openLog(file).write('info', 'runs-interrupted', { count: 1 })).not.toThrow();
  });
});
