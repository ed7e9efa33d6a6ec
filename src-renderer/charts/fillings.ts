/** Fills that can be told apart without their colour. */
import type { Filling } from './latency-scene.ts';
import type { Fill } from './legend.ts';
import { faded } from './scene.ts';

const size = 8;

const paint: Record<Fill, ((context: CanvasRenderingContext2D) => void) | null> = {
  full: null,
  empty: null,
  dots(context) {
    for (const place of [2, 6]) {
      context.beginPath();
      context.arc(place, place, 1.3, 0, 2 * Math.PI);
      context.fill();
    }
  },
  stripes(context) {
    context.lineWidth = 2.4;
    context.beginPath();
    for (const shift of [-size, 0, size]) {
      context.moveTo(shift - 1, size + 1);
      context.lineTo(shift + size + 1, -1);
    }
    context.stroke();
  },
};

export const canvasFilling: Filling = (fill, colour) => {
  if (fill === 'full') return colour;
  if (fill === 'empty') return faded(colour, 0.06);
  const tile = new OffscreenCanvas(size, size);
  const context = tile.getContext('2d');
  if (context === null) return colour;
  context.fillStyle = colour;
  context.strokeStyle = colour;
  paint[fill]?.(context as unknown as CanvasRenderingContext2D);
  return context.createPattern(tile, 'repeat') ?? colour;
};
