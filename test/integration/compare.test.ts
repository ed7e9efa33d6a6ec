import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoppableEngine } from '../../src-main/core/engine.ts';
import { say } from '../helpers/command-line.ts';
import {
  makeWorkplace,
  realEngine,
  tinyPrompt,
  type Workplace,
} from '../helpers/whole-application.ts';

let workplace: Workplace;
let engine: StoppableEngine;

beforeAll(async () => {
  workplace = await makeWorkplace();
  engine = realEngine();
});

afterAll(() => {
  engine.close();
  workplace.remove();
});

/** The parts of the document that these tests read; the whole form is compared key by key. */
interface Document {
  run: {
    id: string;
    status: string;
    settings: Record<string, unknown>;
    generator: { form: string };
    budgetBytes: number;
  };
  lanes: {
    strategy: string;
    status: string;
    chosen: { index: number; reward: number; text: string };
    tokensGenerated: number;
    tokensScored: number;
    wallMs: number;
    timeMs: Record<string, number>;
    peakCacheBytes: number;
    rounds: { position: number; live: number; cutoff: number; rejected: number[] }[];
    notices: { code: string; message: string }[];
    candidates: {
      index: number;
      state: string;
      finish: string | null;
      tokens: number[];
      reward: number | null;
      text: string;
    }[];
  }[];
}

async function compareJson(...words: string[]): Promise<Document> {
  const usual = ['--candidates', '12', '--max-tokens', '40', '--json'];
  const said = await say(workplace, ['compare', tinyPrompt, ...usual, ...words], { engine });
  expect(said).toMatchObject({ code: 0 });
  return JSON.parse(said.out) as Document;
}

function laneOf({ lanes }: Document, strategy: string): Document['lanes'][number] {
  const lane = lanes.find((one) => one.strategy === strategy);
  if (lane === undefined) throw new Error(`no lane ${strategy}`);
  return lane;
}

/** The document without what may differ: the run's id and every time. */
function lasting({ run, lanes }: Document): object {
  const times = { id: '', startedAt: '', endedAt: '' };
  return {
    run: { ...run, ...times },
    lanes: lanes.map((lane) => ({ ...lane, wallMs: 0, timeMs: {} })),
  };
}

describe('one seed', () => {
  it('gives the same document in two fresh databases', async () => {
    const first = await compareJson('--db', 'first.db', '--seed', '5');
    const second = await compareJson('--db', 'second.db', '--seed', '5');
    expect(lasting(second)).toEqual(lasting(first));
  });

  it('gives the same document again in one database, where the lanes run in another order', async () => {
    const words = ['--db', 'twice.db', '--seed', '6'];
    const documents = [await compareJson(...words), await compareJson(...words)] as const;
    expect(lasting(documents[1])).toEqual(lasting(documents[0]));
    const { out } = await say(workplace, ['history', '--db', 'twice.db', '--json'], { engine });
    const { runs } = JSON.parse(out) as {
      runs: { lanes: { strategy: string; order: number }[] }[];
    };
    const firstLanes = runs.map(({ lanes }) => lanes.find(({ order }) => order === 0)?.strategy);
    expect(new Set(firstLanes)).toEqual(new Set(['best-of-n', 'speculative-rejection']));
  });

  it('and another seed gives other answers', async () => {
    const [one, other] = [await compareJson('--seed', '1'), await compareJson('--seed', '2')];
    const texts = (document: Document) =>
      laneOf(document, 'best-of-n').candidates.map(({ text }) => text);
    expect(texts(other)).not.toEqual(texts(one));
  });
});

describe('the document', () => {
  it('tells the form that the model was computed in, which can be chosen', async () => {
    const forms = [];
    for (const form of ['auto', 'int8', 'fp32']) {
      const { run } = await compareJson('--form', form);
      forms.push([run.settings['form'], run.generator.form]);
    }
    expect(forms).toEqual([
      ['auto', 'fp32'],
      ['int8', 'int8'],
      ['fp32', 'fp32'],
    ]);
  });

  it('has the form that scripts rely on', async () => {
    const { run, lanes } = await compareJson();
    expect(Object.keys(run)).toEqual(
      expect.arrayContaining([
        ...[
          'id',
          'status',
          'prompt',
          'seed',
          'settings',
          'device',
          'generator',
          'reward',
          'budgetBytes',
        ],
      ]),
    );
    expect(run).toMatchObject({ status: 'done', prompt: tinyPrompt, seed: 1, device: 'cpu' });
    expect(Object.keys(run.settings).sort()).toEqual(
      [
        ...[
          'alpha',
          'candidates',
          'device',
          'form',
          'generator',
          'hold',
          'judge',
          'maxTokens',
          'memory',
          'minP',
          'observe',
        ],
        ...['repetitionPenalty', 'reward', 'seed', 'strategies', 'temperature', 'topK', 'topP'],
      ].sort(),
    );
    expect(lanes.map(({ strategy }) => strategy)).toEqual(['best-of-n', 'speculative-rejection']);
    for (const lane of lanes) {
      const keys = ['strategy', 'chosen', 'tokensGenerated', 'tokensScored', 'wallMs', 'timeMs'];
      expect(Object.keys(lane)).toEqual(
        expect.arrayContaining([...keys, 'peakCacheBytes', 'rounds', 'candidates']),
      );
      expect(Object.keys(lane.timeMs).sort()).toEqual(['prompt', 'score', 'wait', 'write']);
      expect(Object.keys(lane.chosen)).toEqual(['index', 'reward', 'text']);
      expect(lane.candidates.map(({ index }) => index)).toEqual([...Array(12).keys()]);
      for (const { state, finish } of lane.candidates) {
        expect(['chosen', 'finished', 'rejected', 'not-started']).toContain(state);
        expect(['stop', 'length', 'rejected', null]).toContain(finish);
      }
    }
  });

  it('tells of every decision who was there, who went and at which reward', async () => {
    const document = await compareJson(
      '--strategies',
      'speculative-rejection',
      '--candidates',
      '24',
    );
    const lane = laneOf(document, 'speculative-rejection');
    const started = lane.candidates.filter(({ state }) => state !== 'not-started').length;
    expect(lane.rounds.length).toBeGreaterThan(1);
    let present = started;
    for (const { position, live, cutoff, rejected } of lane.rounds) {
      expect(live).toBeLessThanOrEqual(present);
      present = live - rejected.length;
      for (const index of rejected) {
        const stopped = lane.candidates[index];
        expect(stopped).toMatchObject({ state: 'rejected', finish: 'rejected' });
        expect(stopped?.tokens.length).toBe(position);
        expect(stopped?.reward ?? -Infinity).toBeLessThanOrEqual(cutoff);
      }
    }
  });

  it('is the same when the stored run is shown', async () => {
    const document = await compareJson('--db', 'shown.db', '--observe');
    for (const name of ['last', document.run.id, document.run.id.slice(0, 13)]) {
      const { out } = await say(workplace, ['show', name, '--db', 'shown.db', '--json'], {
        engine,
      });
      expect(JSON.parse(out)).toEqual(document);
    }
  });

  it('stands alone on the output, with progress beside it', async () => {
    const words = ['compare', tinyPrompt, '--candidates', '2', '--max-tokens', '4', '--json'];
    const { out, err } = await say(workplace, words, { engine });
    expect(out.trim().split('\n')).toHaveLength(1);
    expect(err).toContain('Best-of-N');
  });
});

describe('the budget', () => {
  it('is a clear error where it does not hold one answer, before anything is stored', async () => {
    const words = ['compare', tinyPrompt, '--memory', '1kB', '--json', '--db', 'small.db'];
    const { code, out } = await say(workplace, words, { engine });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'budget-too-small' } });
    const history = await say(workplace, ['history', '--db', 'small.db', '--json'], { engine });
    expect(JSON.parse(history.out)).toEqual({ runs: [] });
  });

  it('that stops nothing says so and offers a smaller one', async () => {
    const lane = laneOf(await compareJson('--memory', '100MB'), 'speculative-rejection');
    expect(lane.notices).toMatchObject([
      {
        code: 'nothing-stopped',
        message: expect.stringMatching(/Try a budget of [\d.]+ MB/) as string,
      },
    ]);
  });

  it('decides how many begin, with --candidates fit', async () => {
    const document = await compareJson('--candidates', 'fit', '--memory', '60kB');
    const [full, early] = document.lanes;
    expect(full?.candidates.length).toBe(early?.candidates.length);
    expect(early?.rounds.length).toBeGreaterThan(0);
    for (const { peakCacheBytes } of document.lanes)
      expect(peakCacheBytes).toBeLessThanOrEqual(60_000);
  });
});

describe('what is held equal', () => {
  it('memory: Best-of-N writes what fits at once, Speculative Rejection starts what fits short', async () => {
    const { lanes } = await compareJson('--hold', 'memory', '--memory', '120kB');
    const [full, early] = lanes.map(({ candidates }) => candidates.length);
    expect(full).toBeGreaterThan(1);
    expect(early).toBeGreaterThan(full ?? NaN);
  });

  it('tokens: Best-of-N ends when it has written as many', async () => {
    const document = await compareJson('--hold', 'tokens', '--candidates', '24');
    const [full, early] = [
      laneOf(document, 'best-of-n'),
      laneOf(document, 'speculative-rejection'),
    ];
    expect(full.notices.map(({ code }) => code)).toContain('limit-reached');
    expect(full.tokensGenerated).toBeGreaterThanOrEqual(early.tokensGenerated);
    const unstarted = full.candidates.filter(({ state }) => state === 'not-started').length;
    expect(unstarted).toBeGreaterThan(0);
  });

  it('time: both lanes end and choose', async () => {
    const document = await compareJson('--hold', 'time', '--candidates', '24');
    for (const lane of document.lanes) expect(lane.chosen.index).toBeGreaterThanOrEqual(0);
  });
});

describe('the other ways to answer', () => {
  it('greedy and a single sample write one answer each, the same every time for greedy', async () => {
    const words = ['--strategies', 'greedy,single-sample', '--seed'];
    const [one, other] = [await compareJson(...words, '1'), await compareJson(...words, '2')];
    for (const { candidates } of one.lanes) expect(candidates).toHaveLength(1);
    const greedy = (document: Document) => laneOf(document, 'greedy').candidates[0]?.tokens;
    expect(greedy(other)).toEqual(greedy(one));
  });

  it('a single sample is candidate 0 of Best-of-N', async () => {
    const document = await compareJson('--strategies', 'single-sample,best-of-n');
    const [single, all] = document.lanes;
    expect(single?.candidates[0]?.tokens).toEqual(all?.candidates[0]?.tokens);
  });

  it('the likelihood as the reward needs no reward model and gives it no tokens', async () => {
    const { lanes } = await compareJson('--reward', 'likelihood');
    for (const { tokensScored, chosen } of lanes) {
      expect(tokensScored).toBe(0);
      expect(chosen.reward).toBeLessThan(0);
    }
  });

  it('--observe adds rewards of unfinished answers and changes nothing else', async () => {
    const [plain, observed] = [await compareJson(), await compareJson('--observe')];
    observed.run.settings = { ...observed.run.settings, observe: false };
    expect(lasting(observed)).toEqual(lasting(plain));
  });
});

describe('the prompt', () => {
  it('is the same from a word, a file and the input', async () => {
    const file = join(workplace.folder, 'prompt.txt');
    writeFileSync(file, `${tinyPrompt}\n`);
    const words = ['--candidates', '4', '--max-tokens', '12', '--json'];
    const ways = [[tinyPrompt], ['--prompt-file', file], ['-']];
    const documents: object[] = [];
    for (const way of ways) {
      const options = { engine, input: `${tinyPrompt}\r\n` };
      const { out } = await say(workplace, ['compare', ...way, ...words], options);
      documents.push(lasting(JSON.parse(out) as Document));
    }
    expect(documents).toEqual([documents[0], documents[0], documents[0]]);
  });
});
