/** The colours of the present theme as a canvas takes them, read from the custom properties of styles/tokens.css. */
import { strategyNames, type StrategyName } from '../../src-main/contract/events.ts';
import { faded, type Palette } from './scene.ts';

export function readPalette(element: HTMLElement): Palette {
  const probe = document.createElement('span');
  element.append(probe);
  const pixel = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const colourOf = (colour: string): string => {
    probe.style.color = colour;
    return toRgb(getComputedStyle(probe).color, pixel);
  };
  // Where a person has forced colours, the theme's are gone: then shapes and dashes alone tell the strategies apart.
  const isForced = matchMedia('(forced-colors: active)').matches;
  const themed = (property: string, system: string) =>
    colourOf(isForced ? system : `var(${property})`);
  const palette: Palette = {
    surface: themed('--surface-1', 'Canvas'),
    text: themed('--text', 'CanvasText'),
    muted: themed('--text-muted', 'CanvasText'),
    grid: isForced ? faded(colourOf('CanvasText'), 0.25) : colourOf('var(--border)'),
    strategies: Object.fromEntries(
      strategyNames.map((strategy) => [strategy, themed(`--${strategy}-mark`, 'CanvasText')]),
    ) as Record<StrategyName, string>,
    fontFamily: getComputedStyle(element).fontFamily,
  };
  probe.remove();
  return palette;
}

/** A colour in any of CSS's notations, painted on one pixel and read back. */
function toRgb(colour: string, context: CanvasRenderingContext2D | null): string {
  if (context === null) return colour;
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return `rgb(${red} ${green} ${blue})`;
}

/** Calls back when the colours may have changed. Returns what ends it. */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, {
    attributes: true,
    attributeFilter: ['data-theme', 'class'],
  });
  const queries = [
    '(prefers-color-scheme: dark)',
    '(forced-colors: active)',
    '(prefers-contrast: more)',
  ];
  const watched = queries.map((query) => matchMedia(query));
  for (const query of watched) query.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    for (const query of watched) query.removeEventListener('change', changed);
  };
}
