/** What a child process is asked for and what it answers: plain data in JSON files, for Python too. */

export interface Job {
  engine: string;
  /** The model in the form that the engine reads: a GGUF file, or a folder written from it. */
  modelPath: string;
  /** Where Winnow keeps what it prepared. */
  preparedFolder: string;
  prompt: string;
  /** The prompt as the model reads it, its chat template around it. */
  promptIds: number[];
  candidates: number;
  /** Every answer has exactly this many tokens; end tokens are ordinary tokens here. */
  tokens: number;
  /** Tokens are drawn from that many likeliest ones; 0: from all. */
  topK: number;
  /** The length of the greedy answer that is written first: to warm up, and to be compared with Winnow's. */
  greedyTokens: number;
  /** Threads for arithmetic: the physical cores. */
  threads: number;
  /** Keys and values of one token in 16-bit numbers, for engines that want to know the size of the cache before. */
  cacheBytesPerToken: number;
}

/** What was written, and how long it took. */
export interface Written {
  answers: number[][];
  /** Until the prompt was read for all candidates. */
  promptMs: number;
  /** Everything after. */
  writeMs: number;
  /** Tokens that were written in `writeMs`: without each first one where it came with the prompt. */
  timedTokens: number;
}

export interface JobResult extends Written {
  greedy: number[];
  /** The engine's name and version, and how it was used where that is not plain. */
  version: string;
  /** The most memory the process ever held. */
  peakBytes: number;
}

export interface WriteRequest {
  candidates: number;
  tokens: number;
  /** 1: as the job says; 0: always the likeliest token. */
  temperature: 0 | 1;
}

/** An engine that is loaded. */
export interface Writer {
  version: string;
  write(request: WriteRequest): Promise<Written>;
}
