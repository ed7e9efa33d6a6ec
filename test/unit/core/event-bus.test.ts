import { describe, expect, it } from 'vitest';
import { createEventBus } from '../../../src-main/core/event-bus.ts';

const changed = { type: 'runs-changed' } as const;

describe('the event bus', () => {
  it('numbers events from 1 and tells them to everybody who listens', () => {
    const bus = createEventBus();
    const heard: number[] = [];
    bus.subscribe(({ sequence }) => heard.push(sequence));
    bus.publish(changed);
    bus.publish(changed);
    expect(heard).toEqual([1, 2]);
    expect(bus.sequence).toBe(2);
  });

  it('gives what came after a number, and says when it no longer can', () => {
    const bus = createEventBus(3);
    for (let count = 0; count < 7; count += 1) bus.publish(changed);
    expect(bus.after(5)?.map(({ sequence }) => sequence)).toEqual([6, 7]);
    expect(bus.after(7)).toEqual([]);
    expect(bus.after(4)).toHaveLength(3);
    expect(bus.after(0)).toBeNull();
  });

  it('gives nothing to somebody who saw more than has happened: that was another start', () => {
    const bus = createEventBus();
    bus.publish(changed);
    expect(bus.after(2)).toBeNull();
    expect(createEventBus().start).not.toBe(bus.start);
  });

  it('drops a listener that fails, and tells the others all the same', () => {
    const bus = createEventBus();
    let calls = 0;
    bus.subscribe(() => {
      calls += 1;
      throw new Error('a page that is gone');
    });
    const heard: number[] = [];
    bus.subscribe(({ sequence }) => heard.push(sequence));
    bus.publish(changed);
    bus.publish(changed);
    expect([calls, heard]).toEqual([1, [1, 2]]);
  });

  it('stops telling when asked to', () => {
    const bus = createEventBus();
    let calls = 0;
    const end = bus.subscribe(() => (calls += 1));
    bus.publish(changed);
    end();
    bus.publish(changed);
    expect(calls).toBe(1);
  });
});
