import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Playhead } from '../../../../../src-renderer/features/compare/playhead.svelte.ts';

/** A screen that paints when a test says so. */
let frames: ((now: number) => void)[] = [];
let now = 0;

function paint(milliseconds: number): void {
  now += milliseconds;
  const due = frames;
  frames = [];
  for (const frame of due) frame(now);
}

beforeEach(() => {
  frames = [];
  now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  vi.stubGlobal('requestAnimationFrame', (frame: (now: number) => void) => frames.push(frame));
  vi.stubGlobal('cancelAnimationFrame', () => void (frames = []));
});

describe('the playhead', () => {
  it('moves with time, as fast as is asked for', () => {
    const playhead = new Playhead(10_000, 0);
    playhead.play();
    paint(200);
    expect(playhead.position).toBe(200);
    playhead.speed = 4;
    paint(200);
    expect(playhead.position).toBe(1000);
  });

  it('changes what is shown at most ten times a second, and its own place at every frame', () => {
    const playhead = new Playhead(10_000, 0);
    playhead.play();
    const shown = new Set<number>();
    for (let frame = 0; frame < 60; frame += 1) {
      paint(1000 / 60);
      shown.add(playhead.shown);
    }
    expect(playhead.position).toBeCloseTo(1000);
    expect(shown.size).toBeLessThanOrEqual(11);
    expect(shown.size).toBeGreaterThanOrEqual(8);
  });

  it('stops at the end, and plays from the start after that', () => {
    const playhead = new Playhead(1000, 900);
    playhead.play();
    paint(300);
    expect([playhead.playing, playhead.position, playhead.shown]).toEqual([false, 1000, 1000]);
    playhead.play();
    expect([playhead.playing, playhead.position]).toEqual([true, 0]);
  });

  it('shows the exact moment at which it is paused', () => {
    const playhead = new Playhead(1000, 0);
    playhead.play();
    paint(130);
    paint(17);
    playhead.toggle();
    paint(500);
    expect([playhead.position, playhead.shown]).toEqual([147, 147]);
  });

  it('goes where it is put, within the recording, and plays on from there', () => {
    const playhead = new Playhead(1000, 0);
    playhead.play();
    playhead.seek(600);
    expect(playhead.shown).toBe(600);
    paint(100);
    expect(playhead.position).toBe(700);
    playhead.seek(-5);
    expect(playhead.position).toBe(0);
    playhead.seek(5000);
    expect(playhead.position).toBe(1000);
  });

  it('does not jump ahead when the page was hidden for a while', () => {
    const playhead = new Playhead(100_000, 0);
    playhead.play();
    paint(60_000);
    expect(playhead.position).toBeLessThanOrEqual(500);
  });
});
