/** The search in stored texts: without regard to capital letters, in every alphabet. */
import type { Database } from 'better-sqlite3';

/** A text as it is compared. Capitals, because a small letter can have several forms (σ and ς, ß and ss). */
export const searchable = (text: string): string => text.toUpperCase().normalize('NFC');

/** Gives SQL `text_holds(text, searched)`, whose second argument has been made searchable. SQLite's own LIKE knows ASCII only. */
export function registerSearch(database: Database): void {
  database.function('text_holds', { deterministic: true }, (text: string, searched: string) =>
    Number(searchable(text).includes(searched)),
  );
}
