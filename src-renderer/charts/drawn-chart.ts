/** A chart on its canvas: the one place that drives Chart.js, of which only what is used here is registered. */
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
  type ActiveElement,
  type ChartConfiguration,
} from 'chart.js';
import type { StrategyName } from '../../src-main/contract/events.ts';
import { marksPlugin, type Drawn, type Playhead } from './marks.ts';
import { noMarks, type LineDataset, type Scene, type Palette } from './scene.ts';

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
);

export type Pick = (strategy: StrategyName, index: number) => void;

export class DrawnChart {
  private readonly chart: Chart;
  private readonly drawn: Drawn;
  private pick: Pick | undefined;
  private frame: number | null = null;

  constructor(canvas: HTMLCanvasElement, scene: Scene, colours: Palette) {
    this.drawn = { marks: noMarks, colours, playheads: [] };
    this.chart = new Chart(canvas, {
      type: scene.type,
      data: { datasets: [] },
      options: { animation: false, responsive: true, maintainAspectRatio: false },
      plugins: [marksPlugin(() => this.drawn)],
    });
    this.show(scene, colours);
  }

  show(scene: Scene, colours: Palette): void {
    this.drawn.marks = scene.marks;
    // What Chart.js has worked out for a dataset's points it keeps; in other colours it has to begin anew.
    const isRecoloured = this.drawn.colours !== colours;
    this.drawn.colours = colours;
    const data: ChartConfiguration['data'] = this.chart.data;
    // Chart.js knows a dataset by its object, and throws away all it has made for one that is new.
    data.datasets = scene.datasets.map((dataset, place) =>
      Object.assign((isRecoloured ? null : data.datasets[place]) ?? {}, dataset),
    );
    if (scene.type === 'bar') data.labels = scene.labels;
    this.chart.options = {
      ...(scene.options as ChartConfiguration['options']),
      onClick: (_event, elements) => this.clicked(elements),
      onHover: (_event, elements) => this.hovered(elements),
    };
    this.chart.update('none');
  }

  showPlayheads(playheads: Playhead[]): void {
    if (playheads.length === 0 && this.drawn.playheads.length === 0) return;
    this.drawn.playheads = playheads;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.chart.draw();
    });
  }

  onPick(pick: Pick | undefined): void {
    this.pick = pick;
  }

  destroy(): void {
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.chart.destroy();
  }

  private clicked(elements: ActiveElement[]): void {
    const answer = this.answerAt(elements);
    if (answer !== null) this.pick?.(answer.strategy, answer.index);
  }

  private hovered(elements: ActiveElement[]): void {
    const canPick = this.pick !== undefined && this.answerAt(elements) !== null;
    this.chart.canvas.style.cursor = canPick ? 'pointer' : '';
  }

  private answerAt([element]: ActiveElement[]): { strategy: StrategyName; index: number } | null {
    if (element === undefined) return null;
    const dataset = this.chart.data.datasets[element.datasetIndex] as LineDataset | undefined;
    const index = dataset?.data[element.index]?.index;
    return dataset === undefined || index === undefined
      ? null
      : { strategy: dataset.strategy, index };
  }
}
