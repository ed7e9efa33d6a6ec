import { describe, expect, it } from 'vitest';
import type { DeviceTrial } from '../../../src-main/contract/device-trial.ts';
import { chooseDevices, writesTheSame } from '../../../src-main/domain/device-choice.ts';

const answers = [
  { tokens: [5, 7, 9], logProbabilities: [-0.5, -1, -0.25] },
  { tokens: [4, 4], logProbabilities: [-2, -3] },
];

function trial(changes: Partial<DeviceTrial> = {}): DeviceTrial {
  return { form: 'fp32', answers, tokensPerSecond: 100, rewards: [1.5, -2, null], ...changes };
}

describe('the device that is chosen', () => {
  it('is the fastest that writes and scores what the processor does', () => {
    const others = [
      { device: 'dml', trial: trial({ tokensPerSecond: 300 }) },
      { device: 'webgpu', trial: trial({ tokensPerSecond: 400 }) },
    ] as const;
    expect(chooseDevices(trial(), others)).toEqual({ generator: 'webgpu', reward: 'webgpu' });
  });

  it('is the processor where a card is slower', () => {
    const others = [{ device: 'webgpu', trial: trial({ tokensPerSecond: 20 }) }] as const;
    expect(chooseDevices(trial(), others)).toEqual({ generator: 'cpu', reward: 'cpu' });
  });

  it('is the processor where a faster card writes something else', () => {
    const wrong = [{ tokens: [5, 8, 9], logProbabilities: [-0.5, -1.3, -0.25] }];
    const others = [
      { device: 'webgpu', trial: trial({ tokensPerSecond: 900, answers: wrong }) },
    ] as const;
    expect(chooseDevices(trial(), others).generator).toBe('cpu');
  });

  it('is the processor for a reward model that scores otherwise on the card, or not at all', () => {
    for (const rewards of [[1.5, -2.5, null], [1.5, -2, 0], null]) {
      const fast = trial({ tokensPerSecond: 900, rewards });
      expect(chooseDevices(trial(), [{ device: 'cuda', trial: fast }])).toEqual({
        generator: 'cuda',
        reward: 'cpu',
      });
    }
  });
});

describe('whether a device writes the same', () => {
  it('does not mind rounding', () => {
    const [first, second] = answers;
    const rounded = [
      { tokens: [5, 7, 9], logProbabilities: [-0.5001, -0.9999, -0.25] },
      ...(first && second ? [second] : []),
    ];
    expect(writesTheSame(trial({ answers: rounded }), trial())).toBe(true);
  });

  it('lets the greedy answer part where two tokens are as likely', () => {
    const apart = [
      { tokens: [5, 8, 3], logProbabilities: [-0.5, -1.001, -2] },
      ...answers.slice(1),
    ];
    expect(writesTheSame(trial({ answers: apart }), trial())).toBe(true);
  });

  it('minds a number that is none', () => {
    const broken = [{ tokens: [5, 7, 9], logProbabilities: [-0.5, NaN, -0.25] }];
    expect(writesTheSame(trial({ answers: broken }), trial())).toBe(false);
  });

  it('minds when nearly all answers part, even for good reasons', () => {
    const apart = answers.map(({ logProbabilities }) => ({ tokens: [1, 1], logProbabilities }));
    expect(writesTheSame(trial({ answers: apart }), trial())).toBe(false);
  });
});
