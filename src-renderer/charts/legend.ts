/** How strategies and marks look in every chart: a colour, and a shape or a kind of line that tells them apart without it. */
import type { StrategyName } from '../../src-main/contract/events.ts';
import { strategies, strategyLabels } from '../../src-main/domain/strategies/index.ts';

export type Shape = 'circle' | 'diamond' | 'triangle' | 'square';

export const strategyShapes: Record<StrategyName, Shape> = {
  'best-of-n': 'circle',
  'speculative-rejection': 'diamond',
  greedy: 'triangle',
  'single-sample': 'square',
};

/** Chart.js's names of these shapes. */
export const pointStyles = {
  circle: 'circle',
  diamond: 'rectRot',
  triangle: 'triangle',
  square: 'rect',
} as const satisfies Record<Shape, string>;

/** Dashes of a strategy's lines, in pixels. */
export const strategyDashes: Record<StrategyName, number[]> = {
  'best-of-n': [],
  'speculative-rejection': [7, 3],
  greedy: [2, 3],
  'single-sample': [9, 3, 2, 3],
};

/** How each part of the time is filled. */
export type Fill = 'dots' | 'full' | 'stripes' | 'empty';

export type LegendMark =
  | { kind: 'point'; shape: Shape; hollow?: boolean; line?: number[] }
  | { kind: 'line'; dash: number[]; wide?: boolean }
  | { kind: 'cross' }
  | { kind: 'vertical' }
  | { kind: 'fill'; fill: Fill };

export interface LegendEntry {
  label: string;
  mark: LegendMark;
  /** null: the colour of text. */
  strategy: StrategyName | null;
}

/** One entry per strategy for charts of lines. */
export const lineLegend = (strategies: readonly StrategyName[]): LegendEntry[] =>
  strategies.map((strategy) => ({
    label: strategyLabels[strategy],
    mark: { kind: 'line', dash: strategyDashes[strategy], wide: true },
    strategy,
  }));

/** Whether a strategy stops answers early: those that do have a share to stop. */
export const decides = (strategy: StrategyName): boolean =>
  strategies[strategy].parameters.some(({ key }) => key === 'alpha');

export const decisionEntry = (strategy: StrategyName): LegendEntry => ({
  label: 'Decision: some were stopped early',
  mark: { kind: 'vertical' },
  strategy,
});
