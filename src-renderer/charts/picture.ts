/** A chart as a picture to paste elsewhere: with its question and its legend, on the theme's background. */
import type { LegendEntry } from './legend.ts';
import type { Palette } from './scene.ts';

interface Words {
  question: string;
  legend: LegendEntry[];
}

const margin = 20;
const questionSize = 17;
const legendSize = 12;
const legendLine = 20;
const gapBetween = 18;

export function pictureOf(
  canvas: HTMLCanvasElement,
  { question, legend }: Words,
  palette: Palette,
): HTMLCanvasElement {
  const scale = canvas.width / canvas.clientWidth;
  const width = canvas.clientWidth + 2 * margin;
  const picture = document.createElement('canvas');
  const context = picture.getContext('2d');
  if (context === null) return canvas;
  const legendFont = `${legendSize}px ${palette.fontFamily}`;
  context.font = legendFont;
  const places = legendPlaces(context, legend, width - 2 * margin);
  const top = margin + questionSize + 12;
  const chartTop = top + ((places.at(-1)?.line ?? -1) + 1) * legendLine + 8;
  picture.width = Math.round(width * scale);
  picture.height = Math.round((chartTop + canvas.clientHeight + margin) * scale);
  context.scale(scale, scale);
  context.fillStyle = palette.surface;
  context.fillRect(0, 0, width, picture.height / scale);
  context.fillStyle = palette.text;
  context.textBaseline = 'top';
  context.font = `600 ${questionSize}px ${palette.fontFamily}`;
  context.fillText(question, margin, margin);
  context.font = legendFont;
  for (const { entry, x, line } of places) {
    context.fillStyle = entry.strategy === null ? palette.text : palette.strategies[entry.strategy];
    context.fillText(signOf(entry), margin + x, top + line * legendLine);
    context.fillStyle = palette.text;
    context.fillText(entry.label, margin + x + signWidth, top + line * legendLine);
  }
  context.drawImage(canvas, margin, chartTop, canvas.clientWidth, canvas.clientHeight);
  return picture;
}

const signWidth = 26;

function legendPlaces(context: CanvasRenderingContext2D, legend: LegendEntry[], width: number) {
  let x = 0;
  let line = 0;
  return legend.map((entry) => {
    const takes = signWidth + context.measureText(entry.label).width;
    if (x > 0 && x + takes > width) {
      x = 0;
      line += 1;
    }
    const place = { entry, x, line };
    x += takes + gapBetween;
    return place;
  });
}

/** The mark as a character. */
function signOf({ mark }: LegendEntry): string {
  const full = { circle: '●', diamond: '◆', triangle: '▲', square: '■' };
  const hollow = { circle: '○', diamond: '◇', triangle: '△', square: '□' };
  switch (mark.kind) {
    case 'point':
      return mark.hollow === true ? hollow[mark.shape] : full[mark.shape];
    case 'line':
      return mark.dash.length === 0 ? '━━' : '╌╌';
    case 'cross':
      return '✕';
    case 'vertical':
      return '┊';
    case 'fill':
      return { full: '■', dots: '▒', stripes: '▨', empty: '□' }[mark.fill];
  }
}
