/** What models take of this computer's memory. */

/** What a model takes of the memory, in bytes; domain/memory-need.ts adds it up. As it would be on the processor. */
export interface ModelMemory {
  /** Its numbers, in the form in which they are computed. */
  weights: number;
  /** Its vocabulary, and what turns texts into tokens. */
  tokenizer: number;
  /** What is there beside them while it is loaded. */
  loading: number;
  /** Pages of its file that are there, too, while it is loaded; the system takes them back as it needs the room. */
  mapped: number;
  /** What it has read of earlier texts and keeps, at the most. */
  kept: number;
  /** What is computed with, whatever the number of rows. */
  working: number;
  /** The same for each row that is written at once. */
  perRow: number;
  /** Keys and values of one token of one row; 0 where no cache is kept. */
  cacheBytesPerToken: number;
}
