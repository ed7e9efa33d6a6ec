/** The events of a lane: written one by one, read back exactly as they were appended. */
import type { Database } from 'better-sqlite3';
import type { ScoredCandidate } from '../contract/engine.ts';
import type { AdvancedEvent, LaneEvent } from '../contract/events.ts';
import type { CompactLaneEvent, CompactPiece } from '../contract/recording.ts';
import { joinText, splitText } from '../domain/text-change.ts';
import { packFloats, packTokens, unpackFloats, unpackTokens } from './pack.ts';

type Piece = AdvancedEvent['candidates'][number];

interface EventRow {
  sequence: number;
  type: string;
  at_ms: number;
  details: string;
}

interface ChangeRow {
  sequence: number;
  candidate_index: number;
  tokens: Buffer;
  text_kept: number;
  text_added: string;
  finish: Piece['finish'];
}

interface PieceRow extends ChangeRow {
  log_probabilities: Buffer;
}

interface CheckpointRow {
  sequence: number;
  candidate_index: number;
  reward: number | null;
  cut: number;
  tokens: number;
}

export interface EventRepository {
  /** Writes one event after the lane's last one. `textBefore` gives a candidate's text before the event. */
  append(lane: number, event: LaneEvent, textBefore: (index: number) => string): void;
  eventsOf(lane: number): LaneEvent[];
  /** The same with texts as changes, as they are stored: no text is put together, no log-probability read. */
  compactEventsOf(lane: number): CompactLaneEvent[];
}

export function eventRepository(database: Database): EventRepository {
  const lastSequence = database
    .prepare<[number], number | null>('SELECT max(sequence) FROM event WHERE lane = ?')
    .pluck();
  const insertEvent = database.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?)');
  const insertPiece = database.prepare('INSERT INTO piece VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const insertCheckpoint = database.prepare('INSERT INTO checkpoint VALUES (?, ?, ?, ?, ?, ?, ?)');
  const selectEvents = database.prepare<[number], EventRow>(
    'SELECT sequence, type, at_ms, details FROM event WHERE lane = ? ORDER BY sequence',
  );
  const selectPieces = database.prepare<[number], PieceRow>(
    'SELECT * FROM piece WHERE lane = ? ORDER BY sequence, ordinal',
  );
  const selectChanges = database.prepare<[number], ChangeRow>(
    `SELECT sequence, candidate_index, tokens, text_kept, text_added, finish FROM piece
     WHERE lane = ? ORDER BY sequence, ordinal`,
  );
  const selectCheckpoints = database.prepare<[number], CheckpointRow>(
    'SELECT * FROM checkpoint WHERE lane = ? ORDER BY sequence, ordinal',
  );

  /** The events with their scores; what the candidates wrote is still missing. */
  function storedEvents(lane: number): { sequence: number; event: LaneEvent }[] {
    const checkpoints = Map.groupBy(selectCheckpoints.all(lane), ({ sequence }) => sequence);
    return selectEvents.all(lane).map((row) => {
      const event = withoutChildren(row);
      if (hasScores(event)) {
        event.scores = (checkpoints.get(row.sequence) ?? []).map(toScore);
      }
      return { sequence: row.sequence, event };
    });
  }

  return {
    append(lane, event, textBefore) {
      const sequence = (lastSequence.get(lane) ?? -1) + 1;
      insertEvent.run(lane, sequence, event.type, event.at, JSON.stringify(detailsOf(event)));
      if (event.type === 'advanced') {
        event.candidates.forEach((piece, ordinal) => {
          const { kept, added } = splitText(textBefore(piece.index), piece.text);
          const tokens = packTokens(piece.tokens);
          const logs = packFloats(piece.logProbabilities);
          const { index, finish } = piece;
          insertPiece.run(lane, sequence, ordinal, index, tokens, logs, kept, added, finish);
        });
      } else if (hasScores(event)) {
        event.scores.forEach(({ index, reward, cut, tokens }, ordinal) => {
          insertCheckpoint.run(lane, sequence, ordinal, index, reward, Number(cut), tokens);
        });
      }
    },

    eventsOf(lane) {
      const pieces = Map.groupBy(selectPieces.all(lane), ({ sequence }) => sequence);
      const texts = new Map<number, string>();
      return storedEvents(lane).map(({ sequence, event }) => {
        if (event.type === 'started') event.candidates.forEach((index) => texts.delete(index));
        if (event.type !== 'advanced') return event;
        const rows = pieces.get(sequence) ?? [];
        return { ...event, candidates: rows.map((row) => toPiece(row, texts)) };
      });
    },

    compactEventsOf(lane) {
      const changes = Map.groupBy(selectChanges.all(lane), ({ sequence }) => sequence);
      return storedEvents(lane).map(({ sequence, event }) => {
        if (event.type !== 'advanced') return event;
        const rows = changes.get(sequence) ?? [];
        return { ...event, candidates: rows.map(toCompactPiece) };
      });
    },
  };
}

const hasScores = <Event extends { type: string }>(
  event: Event,
): event is Extract<Event, { type: 'scored' | 'judged' }> =>
  event.type === 'scored' || event.type === 'judged';

/** The fields of an event that go into its own row: all but those with a table of their own. */
function detailsOf(event: LaneEvent): object {
  const { type, at, ...details } = event;
  void [type, at];
  if ('scores' in details) return { ...details, scores: undefined };
  return event.type === 'advanced' ? { ...details, candidates: undefined } : details;
}

/** The store wrote the row from a LaneEvent (detailsOf), so it is one again; the lists of tables are still empty. */
function withoutChildren({ type, at_ms, details }: EventRow): LaneEvent {
  const fields = JSON.parse(details) as object;
  const lists = hasScores({ type })
    ? { scores: [] }
    : type === 'advanced'
      ? { candidates: [] }
      : {};
  return { type, at: at_ms, ...fields, ...lists } as unknown as LaneEvent;
}

function toPiece(row: PieceRow, texts: Map<number, string>): Piece {
  const before = texts.get(row.candidate_index) ?? '';
  const text = joinText(before, { kept: row.text_kept, added: row.text_added });
  texts.set(row.candidate_index, text);
  return {
    index: row.candidate_index,
    tokens: unpackTokens(row.tokens),
    logProbabilities: unpackFloats(row.log_probabilities),
    text,
    finish: row.finish,
  };
}

const toCompactPiece = (row: ChangeRow): CompactPiece => ({
  index: row.candidate_index,
  tokens: unpackTokens(row.tokens),
  finish: row.finish,
  kept: row.text_kept,
  added: row.text_added,
});

function toScore(row: CheckpointRow): ScoredCandidate {
  const { candidate_index: index, reward, cut, tokens } = row;
  return { index, reward, cut: cut === 1, tokens };
}
