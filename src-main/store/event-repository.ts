/** The events of a lane: written one by one, read back exactly as they were appended. */
import type { Database } from 'better-sqlite3';
import type { ScoredCandidate } from '../contract/engine.ts';
import type { AdvancedEvent, LaneEvent } from '../contract/events.ts';
import { joinText, splitText } from '../domain/text-change.ts';
import { packFloats, packTokens, unpackFloats, unpackTokens } from './pack.ts';

type Piece = AdvancedEvent['candidates'][number];

interface EventRow {
  sequence: number;
  type: string;
  at_ms: number;
  details: string;
}

interface PieceRow {
  sequence: number;
  candidate_index: number;
  tokens: Buffer;
  log_probabilities: Buffer;
  text_kept: number;
  text_added: string;
  finish: Piece['finish'];
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
  const selectCheckpoints = database.prepare<[number], CheckpointRow>(
    'SELECT * FROM checkpoint WHERE lane = ? ORDER BY sequence, ordinal',
  );

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
      } else if (event.type === 'scored') {
        event.scores.forEach(({ index, reward, cut, tokens }, ordinal) => {
          insertCheckpoint.run(lane, sequence, ordinal, index, reward, Number(cut), tokens);
        });
      }
    },

    eventsOf(lane) {
      const pieces = Map.groupBy(selectPieces.all(lane), (row) => row.sequence);
      const checkpoints = Map.groupBy(selectCheckpoints.all(lane), (row) => row.sequence);
      const texts = new Map<number, string>();
      return selectEvents.all(lane).map((row) => {
        const event = withoutChildren(row);
        if (event.type === 'started') event.candidates.forEach((index) => texts.delete(index));
        if (event.type === 'advanced') {
          event.candidates = (pieces.get(row.sequence) ?? []).map((piece) => toPiece(piece, texts));
        }
        if (event.type === 'scored') {
          event.scores = (checkpoints.get(row.sequence) ?? []).map(toScore);
        }
        return event;
      });
    },
  };
}

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
  const lists = type === 'scored' ? { scores: [] } : type === 'advanced' ? { candidates: [] } : {};
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

function toScore(row: CheckpointRow): ScoredCandidate {
  const { candidate_index: index, reward, cut, tokens } = row;
  return { index, reward, cut: cut === 1, tokens };
}
