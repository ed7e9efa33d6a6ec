/** The moment of a recording that is shown, moved by time or by hand. */

export const speeds = [1, 2, 4] as const;
export type Speed = (typeof speeds)[number];

/** Texts change at most this often while it plays. */
const textInterval = 100;

/** A page that was hidden goes on where it was, instead of jumping ahead. */
const longestStep = 500;

export class Playhead {
  readonly duration: number;
  /** Milliseconds of the lanes' clocks. */
  position = $state(0);
  /** The same, as seldom as the page is to change. */
  shown = $state(0);
  playing = $state(false);
  speed = $state<Speed>(1);
  private frame = 0;

  constructor(duration: number, position: number) {
    this.duration = duration;
    this.position = position;
    this.shown = position;
  }

  get atEnd(): boolean {
    return this.position >= this.duration;
  }

  /** Plays on, or from the start where it is at its end. */
  play(): void {
    if (this.playing) return;
    if (this.atEnd) this.seek(0);
    this.playing = true;
    let last = performance.now();
    const step = (now: number): void => {
      this.move(this.position + Math.min(longestStep, Math.max(0, now - last)) * this.speed, now);
      last = now;
      if (this.playing) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  pause(): void {
    cancelAnimationFrame(this.frame);
    this.playing = false;
    this.shown = this.position;
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Goes there by hand; it plays on from there where it played. */
  seek(ms: number): void {
    this.position = Math.min(this.duration, Math.max(0, ms));
    this.shown = this.position;
  }

  private shownAt = 0;

  private move(position: number, now: number): void {
    this.position = Math.min(this.duration, position);
    if (this.atEnd) this.pause();
    else if (now - this.shownAt >= textInterval) {
      this.shownAt = now;
      this.shown = this.position;
    }
  }
}
