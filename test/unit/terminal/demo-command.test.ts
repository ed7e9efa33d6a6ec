import { expect, it } from 'vitest';
import { demoSettings, introduction } from '../../../src-main/terminal/demo-command.ts';
import { howToSay } from '../../../src-main/terminal/help.ts';

const models = { generator: 'g.gguf', reward: 'reward' };

it.each([
  [{}, 'Both may start the same answers of up to 128 tokens under one memory budget: up to 32.'],
  [{ candidates: 'fit' }, 'under one memory budget: as many as the memory holds.'],
  [
    { hold: 'memory' },
    'Both may start answers of up to 128 tokens under one memory budget: as many as',
  ],
  [
    { strategies: ['greedy', 'best-of-n'] },
    'Best-of-N starts answers of up to 128 tokens: up to 32.',
  ],
  [{ strategies: ['greedy'] }, 'Each writes one answer of up to 128 tokens.'],
] as const)('the introduction with %j says what is compared', (changes, part) => {
  const settings = { ...demoSettings, ...models, ...changes };
  const text = introduction('Why?', { ...settings, strategies: [...settings.strategies] });
  expect(text).toContain(part);
  expect(text.includes('Speculative')).toBe(
    settings.strategies.some((name) => name === 'speculative-rejection'),
  );
});

it('a hint can be typed as it stands, with the database it is about', () => {
  expect(howToSay('show 01')).toBe('npm run -s winnow -- show 01');
  expect(howToSay('show 01', 'my runs.db')).toBe('npm run -s winnow -- show 01 --db "my runs.db"');
});
