import { describe, expect, it } from 'vitest';
import { attachment } from '../../../src-main/transport/content-disposition.ts';

describe('the name of a download', () => {
  it.each([
    ['winnow-runs.csv', 'winnow-runs.csv', 'winnow-runs.csv'],
    ['Läufe.csv', 'L_ufe.csv', 'L%C3%A4ufe.csv'],
    ['a "b".csv', 'a _b_.csv', 'a%20%22b%22.csv'],
    ["it's (1)*.csv", "it's (1)*.csv", 'it%27s%20%281%29%2A.csv'],
    ['50%\\.csv', '50__.csv', '50%25%5C.csv'],
    ['😀.csv', '_.csv', '%F0%9F%98%80.csv'],
    ['a\r\nSet-Cookie: b', 'a__Set-Cookie: b', 'a%0D%0ASet-Cookie%3A%20b'],
    ['\ud800.csv', '_.csv', '%EF%BF%BD.csv'],
  ])('%j', (name, plain, extended) => {
    expect(attachment(name)).toBe(`attachment; filename="${plain}"; filename*=UTF-8''${extended}`);
  });
});
