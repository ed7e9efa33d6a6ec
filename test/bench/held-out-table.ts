/** The table of the held-out prompts: means over prompts with 95 % bootstrap intervals. */
import {
  bootstrapInterval,
  gainKeptOverPrompts,
  mean,
  type Interval,
} from '../../src-main/domain/statistics.ts';

export interface Setting {
  /** The budget holds this share of all candidates at full length. */
  share: number;
  alpha: number;
}

/** One prompt under one setting. */
export interface SettingResult {
  /** Final rewards of all candidates. */
  all: number[];
  bestOfN: number;
  speculativeRejection: number;
  /** Place of the chosen one among all candidates, 1 for the best. */
  rank: number;
  tokensOfBestOfN: number;
  tokens: number;
  started: number;
  decisions: number;
}

export function heldOutTable(
  settings: Setting[],
  results: SettingResult[][],
  facts: { machine: string; candidates: number; maxTokens: number },
): string {
  const rows = settings.map((setting, place) =>
    row(
      setting,
      results.flatMap((prompt) => prompt[place] ?? []),
    ),
  );
  return [
    `${results.length} prompts, ${facts.candidates} candidates of up to ${facts.maxTokens} tokens, ${facts.machine}.`,
    'In brackets: 95 % bootstrap intervals over prompts.',
    '',
    '| budget | alpha | gain kept | share of the tokens | same answer | rank among all | started | decisions |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function row({ share, alpha }: Setting, prompts: SettingResult[]): string {
  const over = (value: (prompt: SettingResult) => number): Interval =>
    bootstrapInterval(prompts.map(value), mean);
  const cells = [
    `1/${Math.round(1 / share)}`,
    String(alpha),
    interval(gainKeptOverPrompts(prompts), percent),
    interval(
      over(({ tokens, tokensOfBestOfN }) => tokens / tokensOfBestOfN),
      percent,
    ),
    interval(
      over(({ rank }) => (rank === 1 ? 1 : 0)),
      percent,
    ),
    interval(
      over(({ rank }) => rank),
      (value) => value.toFixed(1),
    ),
    mean(prompts.map(({ started }) => started)).toFixed(0),
    mean(prompts.map(({ decisions }) => decisions)).toFixed(1),
  ];
  return `| ${cells.join(' | ')} |`;
}

function interval({ value, low, high }: Interval, show: (value: number) => string): string {
  return `${show(value)} (${show(low)} – ${show(high)})`;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
