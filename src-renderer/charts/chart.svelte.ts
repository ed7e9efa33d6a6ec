/** Charts in pages: values that change at most so often, and an attachment that keeps a canvas up to date. */
import { untrack } from 'svelte';
import type { Attachment } from 'svelte/attachments';
import { DrawnChart, type Pick } from './drawn-chart.ts';
import type { Playhead } from './marks.ts';
import { readPalette, watchTheme } from './palette.ts';
import type { Palette, Scene } from './scene.ts';

/** Charts are drawn anew at most this often. */
export const chartIntervalMs = 250;

/**
 * Follows a value that changes often: at once where it has been still, else after the interval, and always to the last one.
 * To be called while a component is made.
 */
export function atMostEvery<Value>(
  intervalMs: number,
  read: () => Value,
): { readonly current: Value } {
  let latest = untrack(read);
  let current = $state.raw(latest);
  let shownAt = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function show(): void {
    timer = undefined;
    shownAt = performance.now();
    current = latest;
  }

  $effect(() => {
    latest = read();
    const wait = shownAt + intervalMs - performance.now();
    if (wait <= 0) show();
    else timer ??= setTimeout(show, wait);
  });
  $effect(() => () => clearTimeout(timer));
  return {
    get current() {
      return current;
    },
  };
}

export interface ChartInput {
  /** What is to be seen; reads what it depends on. */
  scene: (palette: Palette) => Scene;
  playheads: (palette: Palette) => Playhead[];
  onpick: () => Pick | undefined;
}

/** How far outside of the window a chart is drawn already, so that it is there when it comes into sight. */
const nearSight = '25%';

/**
 * Draws a chart on a canvas, and again whenever what it shows, the theme or its size changes. Nothing is drawn while the
 * chart is out of sight: in a long page most of them are, most of the time.
 */
export function drawn({ scene, playheads, onpick }: ChartInput): Attachment<HTMLCanvasElement> {
  return (canvas) => {
    const frame = canvas.parentElement ?? canvas;
    let palette = $state.raw(readPalette(frame));
    const unwatch = watchTheme(() => {
      palette = readPalette(frame);
    });
    let isInSight = $state(false);
    const observer = new IntersectionObserver(
      (entries) => (isInSight = entries.at(-1)?.isIntersecting ?? false),
      { rootMargin: nearSight },
    );
    observer.observe(frame);
    let chart: DrawnChart | null = null;
    $effect(() => {
      if (!isInSight) return;
      const next = scene(palette);
      if (chart === null) chart = new DrawnChart(canvas, next, palette);
      else chart.show(next, palette);
    });
    $effect(() => {
      if (isInSight) chart?.showPlayheads(playheads(palette));
    });
    $effect(() => {
      if (isInSight) chart?.onPick(onpick());
    });
    return () => {
      unwatch();
      observer.disconnect();
      chart?.destroy();
    };
  };
}
