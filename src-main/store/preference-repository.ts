/** What a person prefers, one value to a name; what the values mean is the core's business. */
import type { Database } from 'better-sqlite3';

export interface PreferenceRepository {
  /** Every value that can be read. */
  all(): Record<string, unknown>;
  write(changes: Record<string, unknown>): void;
}

export function preferenceRepository(database: Database): PreferenceRepository {
  const select = database.prepare<[], { name: string; value: string }>('SELECT * FROM preference');
  const upsert = database.prepare(
    'INSERT INTO preference VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  return {
    all: () =>
      Object.fromEntries(select.all().flatMap(({ name, value }) => readValue(name, value))),
    write(changes) {
      for (const [name, value] of Object.entries(changes)) upsert.run(name, JSON.stringify(value));
    },
  };
}

/** A value that somebody damaged is left out, so that its default holds. */
function readValue(name: string, value: string): [string, unknown][] {
  try {
    return [[name, JSON.parse(value)]];
  } catch {
    return [];
  }
}
