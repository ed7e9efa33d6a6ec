import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  makeWorkplace,
  openWhole,
  tinyPrompt,
  tinySettings,
  type Workplace,
} from '../helpers/whole-application.ts';

let workplace: Workplace;

beforeAll(async () => {
  workplace = await makeWorkplace();
});
afterAll(() => workplace.remove());

describe('the log of an application', () => {
  it('tells of runs, lanes, exports and errors, and holds no prompt', async () => {
    const whole = await openWhole(workplace, 'logged.db');
    await whole.compare(tinySettings(workplace, { candidates: 2, maxTokens: 5 }));
    await whole.application.exportCsv({ what: 'runs', file: join(workplace.folder, 'runs.csv') });
    await expect(whole.compare(tinySettings(workplace), { prompt: '' })).rejects.toThrow();
    whole.close();
    const text = readFileSync(join(workplace.folder, 'logs', 'winnow.log'), 'utf8');
    const lines = text.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { event: 'run-started', lanes: 2, maxTokens: 5 },
      { event: 'lane-ended', strategy: 'best-of-n', status: 'done' },
      { event: 'lane-ended', strategy: 'speculative-rejection', status: 'done' },
      { event: 'run-ended', status: 'done' },
      { event: 'export-written', what: 'runs', rows: 2 },
      { event: 'error-happened', code: 'prompt-empty' },
    ]);
    expect(text).not.toContain(tinyPrompt);
  });
});
