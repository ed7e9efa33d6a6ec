/** A plugin of Chart.js that draws over the data: decisions, the budget, the best answers, totals, and a replay's playhead. */
import type { Chart, ChartArea, Plugin } from 'chart.js';
import type { Marks, Palette } from './scene.ts';

/** Where a replay is: a line, for one lane or for all. */
export interface Playhead {
  x: number;
  colour: string;
}

export interface Drawn {
  marks: Marks;
  colours: Palette;
  playheads: Playhead[];
}

export function marksPlugin(drawn: () => Drawn): Plugin {
  return {
    id: 'marks',
    beforeDatasetsDraw(chart) {
      const { verticals } = drawn().marks;
      for (const { x, colour } of verticals) vertical(chart, x, colour, [3, 4], 1.25);
    },
    afterDatasetsDraw(chart) {
      const { marks, colours, playheads } = drawn();
      for (const { x, colour } of playheads) vertical(chart, x, colour, [], 2);
      for (const mark of marks.horizontals) horizontal(chart, mark, colours);
      for (const mark of marks.notes) note(chart, mark, colours);
      crowns(chart, marks.crowns, colours);
    },
  };
}

interface Place {
  x: number;
  y: number;
}

/** Pixels of a place of the chart; null where there is no such scale or place. */
function pixelsOf(chart: Chart, { x, y }: Place): Place | null {
  const place = {
    x: chart.scales.x?.getPixelForValue(x) ?? NaN,
    y: chart.scales.y?.getPixelForValue(y) ?? NaN,
  };
  return Number.isFinite(place.x) && Number.isFinite(place.y) ? place : null;
}

function vertical(chart: Chart, x: number, colour: string, dash: number[], width: number): void {
  const { ctx, chartArea } = chart;
  const pixel = chart.scales.x?.getPixelForValue(x) ?? NaN;
  if (!(pixel >= chartArea.left && pixel <= chartArea.right + 1)) return;
  stroke(ctx, colour, dash, width, [
    { x: pixel, y: chartArea.top },
    { x: pixel, y: chartArea.bottom },
  ]);
}

function stroke(
  context: CanvasRenderingContext2D,
  colour: string,
  dash: number[],
  width: number,
  [from, to]: [Place, Place],
): void {
  context.save();
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  context.stroke();
  context.restore();
}

function horizontal(
  chart: Chart,
  { y, colour, label }: Marks['horizontals'][number],
  colours: Palette,
): void {
  const { ctx, chartArea } = chart;
  const pixel = chart.scales.y?.getPixelForValue(y) ?? NaN;
  if (!(pixel >= chartArea.top - 1 && pixel <= chartArea.bottom)) return;
  stroke(ctx, colour, [10, 4], 1.25, [
    { x: chartArea.left, y: pixel },
    { x: chartArea.right, y: pixel },
  ]);
  write(ctx, label, { x: chartArea.right - 4, y: pixel - 5 }, 'right', colours);
}

function note(chart: Chart, mark: Marks['notes'][number], colours: Palette): void {
  const place = pixelsOf(chart, mark);
  if (place === null) return;
  write(chart.ctx, mark.label, { x: place.x + 8, y: place.y + 4 }, 'left', colours, 600);
}

/** Words with a rim of the background, so that lines behind them do not disturb. */
function write(
  context: CanvasRenderingContext2D,
  text: string,
  { x, y }: Place,
  align: CanvasTextAlign,
  colours: Palette,
  weight = 500,
): void {
  context.save();
  context.font = `${weight} 12px ${colours.fontFamily}`;
  context.textAlign = align;
  context.textBaseline = 'alphabetic';
  context.lineJoin = 'round';
  context.lineWidth = 4;
  context.strokeStyle = colours.surface;
  context.strokeText(text, x, y);
  context.fillStyle = colours.text;
  context.fillText(text, x, y);
  context.restore();
}

const crownWidth = 13;
const lineHeight = 17;
/** From the middle of the best answer's mark to the words above or below it. */
const distance = 13;

/** The best answers' crowns with their words, above them where there is room and no other words are. */
function crowns(chart: Chart, marks: Marks['crowns'], colours: Palette): void {
  const taken: ChartArea[] = [];
  for (const mark of marks) {
    const place = pixelsOf(chart, mark);
    if (place === null) continue;
    const { ctx } = chart;
    ctx.save();
    ctx.font = `600 12px ${colours.fontFamily}`;
    const width = ctx.measureText(mark.label).width + crownWidth + 5;
    ctx.restore();
    const box = freeBox(place, width, chart.chartArea, taken);
    taken.push(box);
    crown(ctx, { x: box.left, y: box.bottom - 4 }, mark.colour, colours.surface);
    write(
      ctx,
      mark.label,
      { x: box.left + crownWidth + 5, y: box.bottom - 4 },
      'left',
      colours,
      600,
    );
  }
}

function freeBox(place: Place, width: number, area: ChartArea, taken: ChartArea[]): ChartArea {
  const left = Math.max(area.left + 4, Math.min(place.x - width / 2, area.right - width - 2));
  const boxAt = (bottom: number) => ({
    left,
    right: left + width,
    top: bottom - lineHeight,
    bottom,
    width,
    height: lineHeight,
  });
  const above = boxAt(place.y - distance);
  const candidates = [above, boxAt(place.y + distance + lineHeight), boxAt(above.top)];
  return candidates.find((box) => isFree(box, area, taken)) ?? above;
}

function isFree(box: ChartArea, area: ChartArea, taken: ChartArea[]): boolean {
  if (box.top < area.top - lineHeight || box.bottom > area.bottom) return false;
  return taken.every(
    (other) =>
      box.right < other.left ||
      box.left > other.right ||
      box.bottom <= other.top ||
      box.top >= other.bottom,
  );
}

function crown(
  context: CanvasRenderingContext2D,
  { x, y }: Place,
  colour: string,
  rim: string,
): void {
  const outline: [number, number][] = [
    [0, 0],
    [-1, -8],
    [3.5, -4.5],
    [6.5, -10],
    [9.5, -4.5],
    [14, -8],
    [13, 0],
  ];
  context.save();
  context.beginPath();
  for (const [right, down] of outline) context.lineTo(x + right, y + down);
  context.closePath();
  context.strokeStyle = rim;
  context.lineWidth = 3;
  context.lineJoin = 'round';
  context.stroke();
  context.fillStyle = colour;
  context.fill();
  context.restore();
}
