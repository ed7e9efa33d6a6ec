import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { onEnding } from '../../../src-main/launcher/ending.ts';

function listening() {
  const source = new EventEmitter();
  const asked: string[] = [];
  const time = { now: 0 };
  const stopListening = onEnding({
    source,
    clock: () => time.now,
    end: () => asked.push('end'),
    endNow: () => asked.push('end now'),
  });
  return { source, asked, time, stopListening };
}

describe('Ctrl+C', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('ends in order: %s', (signal) => {
    const { source, asked } = listening();
    source.emit(signal);
    expect(asked).toEqual(['end']);
  });

  it('that npm passes on as well is one', () => {
    const { source, asked, time } = listening();
    source.emit('SIGINT');
    time.now = 20;
    source.emit('SIGINT');
    expect(asked).toEqual(['end']);
  });

  it('pressed again ends at once', () => {
    const { source, asked, time } = listening();
    source.emit('SIGINT');
    time.now = 1_500;
    source.emit('SIGINT');
    expect(asked).toEqual(['end', 'end now']);
  });

  it('is left to others afterwards', () => {
    const { source, stopListening } = listening();
    stopListening();
    expect(source.eventNames()).toEqual([]);
  });
});
