/** The colours of the present theme as a canvas takes them, read from the custom properties of styles/tokens.css. */
import { strategyNames, type StrategyName } from '../../src-main/contract/events.ts';

export interface Palette {
  surface: string;
  text: string;
  muted: string;
  grid: string;
  strategies: Record<StrategyName, string>;
  fontFamily: string;
}

export function readPalette(element: HTMLElement): Palette {
  const probe = document.createElement('span');
  // Forced colours would make every probe the colour of text.
  probe.style.setProperty('forced-color-adjust', 'none');
  element.append(probe);
  const pixel = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const colourOf = (property: string): string => {
    probe.style.color = `var(${property})`;
    return toRgb(getComputedStyle(probe).color, pixel);
  };
  const palette: Palette = {
    surface: colourOf('--surface-1'),
    text: colourOf('--text'),
    muted: colourOf('--text-muted'),
    grid: colourOf('--border'),
    strategies: Object.fromEntries(
      strategyNames.map((strategy) => [strategy, colourOf(`--${strategy}`)]),
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
