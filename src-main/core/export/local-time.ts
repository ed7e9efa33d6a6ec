/** Times as a person's own clock shows them. */

const two = (value: number) => String(value).padStart(2, '0');

const day = (date: Date) =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;

/** `2026-03-01 16:42:07` in this machine's time zone: spreadsheets take this form for a time. */
export function localTime(utc: string): string {
  const date = new Date(utc);
  return `${day(date)} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `winnow-runs_2026-03-01_1642.csv` */
export const exportFileName = (what: string, now: Date): string =>
  `winnow-${what}_${day(now)}_${two(now.getHours())}${two(now.getMinutes())}.csv`;
