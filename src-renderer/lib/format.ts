/** Numbers, sizes, times and dates as people read them. */

const minus = '\u2212';
const narrowSpace = '\u202f';

/** What stands where there is nothing to show. */
export const nothing = '–';

/** A number with a true minus sign and thin spaces between thousands. */
export function number(value: number, digits = 0): string {
  const [whole = '', fraction] = Math.abs(value).toFixed(digits).split('.');
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, narrowSpace) : whole;
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && Number(value.toFixed(digits)) !== 0 ? `${minus}${text}` : text;
}

/** A whole count: 12 345. */
export function count(value: number): string {
  return number(value);
}

/** A count with its noun: "1 answer", "12 answers". */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A reward with two decimals: 2.31, −1.83; a dash where there is none. */
export function reward(value: number | null | undefined, digits = 2): string {
  return value === null || value === undefined ? nothing : number(value, digits);
}

/** A difference with its sign: +0.21, −0.05. */
export function difference(value: number, digits = 2): string {
  const text = number(value, digits);
  return value > 0 && Number(value.toFixed(digits)) !== 0 ? `+${text}` : text;
}

/** Milliseconds as "320 ms", "9.4 s", "2 min 05 s". */
export function duration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  return seconds(milliseconds);
}

/** Milliseconds as seconds, "9.4 s", and as minutes from 100 seconds on: "2 min 05 s". */
export function seconds(milliseconds: number): string {
  if (milliseconds < 99_950) return `${number(milliseconds / 1000, 1)} s`;
  const whole = Math.round(milliseconds / 1000);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** Milliseconds as a clock: "0:12", "12:05". */
export function clock(milliseconds: number): string {
  const whole = Math.floor(milliseconds / 1000);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** Bytes as "48.3 MB" (1 MB = 1,000,000 bytes); very little in kB, very much in GB. */
export function bytes(value: number): string {
  if (value < 1e5) return `${number(value / 1e3, value === 0 ? 0 : 1)} kB`;
  if (value < 9.995e8) return `${number(value / 1e6, 1)} MB`;
  return `${number(value / 1e9, 2)} GB`;
}

/** The memory of a machine, in whole gigabytes as it is sold: "16 GB". */
export function machineMemory(value: number): string {
  return `${Math.max(1, Math.round(value / 2 ** 30))} GB`;
}

/** A share of one as "41 %". */
export function percent(share: number): string {
  return `${number(share * 100)}${narrowSpace}%`;
}

/** 1 → "1st", 2 → "2nd", 13 → "13th". */
export function ordinal(value: number): string {
  const lastTwo = value % 100;
  if (lastTwo >= 11 && lastTwo <= 13) return `${value}th`;
  const endings: Record<number, string> = { 1: 'st', 2: 'nd', 3: 'rd' };
  return `${value}${endings[value % 10] ?? 'th'}`;
}

const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const timeOnly = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

/**
 * A moment (RFC 3339) in the person's own way of writing and time zone, as short as the day allows: "today, 14:03",
 * "yesterday, 09:12", then the date.
 */
export function shortDate(moment: string, now = new Date()): string {
  const date = new Date(moment);
  const days = Math.round((startOfDay(now) - startOfDay(date)) / 86_400_000);
  if (days === 0) return `today, ${timeOnly.format(date)}`;
  if (days === 1) return `yesterday, ${timeOnly.format(date)}`;
  return dayAndTime.format(date);
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
