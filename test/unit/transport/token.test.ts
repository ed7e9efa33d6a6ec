import { describe, expect, it } from 'vitest';
import { createDoorkeeper } from '../../../src-main/transport/token.ts';

function doorkeeper() {
  const told: string[] = [];
  return { keeper: createDoorkeeper((token) => told.push(token)), told };
}

/** The part of a Set-Cookie header that a browser sends back. */
const pair = (setCookie: string): string => setCookie.split(';')[0] ?? '';

describe('the doorkeeper', () => {
  it('admits with a token once, then has another', () => {
    const { keeper } = doorkeeper();
    const { token } = keeper;
    expect(keeper.admit(token)).toBe(true);
    expect(keeper.admit(token)).toBe(false);
    expect(keeper.token).not.toBe(token);
    expect(keeper.admit(keeper.token)).toBe(true);
  });

  it.each(['', 'x', ' '])('does not admit with "%s", and spends nothing', (offered) => {
    const { keeper } = doorkeeper();
    const { token } = keeper;
    expect(keeper.admit(offered)).toBe(false);
    expect(keeper.admit(`${token}x`)).toBe(false);
    expect(keeper.token).toBe(token);
  });

  it('knows the browsers that it let in, for their port only', () => {
    const { keeper } = doorkeeper();
    const cookie = pair(keeper.cookie('5001'));
    expect(keeper.knows(cookie, '5001')).toBe(true);
    expect(keeper.knows(`a=b; ${cookie}; c=d`, '5001')).toBe(true);
    expect(keeper.knows(cookie, '5002')).toBe(false);
    expect(keeper.knows(`x${cookie}`, '5001')).toBe(false);
    expect(keeper.knows(cookie.slice(0, -1), '5001')).toBe(false);
    expect(keeper.knows('winnow-5001=', '5001')).toBe(false);
    expect(keeper.knows(undefined, '5001')).toBe(false);
  });

  it('knows no browser of another start', () => {
    expect(doorkeeper().keeper.knows(pair(doorkeeper().keeper.cookie('1')), '1')).toBe(false);
  });

  it('never shows the token in a cookie', () => {
    const { keeper } = doorkeeper();
    expect(keeper.cookie('1')).not.toContain(keeper.token);
  });

  it('tells each token once', () => {
    const { keeper, told } = doorkeeper();
    const first = keeper.token;
    keeper.turnAway();
    keeper.turnAway();
    keeper.admit(first);
    keeper.turnAway();
    keeper.turnAway();
    expect(told).toEqual([first, keeper.token]);
  });
});
