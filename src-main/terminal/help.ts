/** How a person in a clone calls the command line. */
const commandLine = 'npm run -s winnow --';

/** A command as it can be typed, with the database where it is not the usual one. */
export function howToSay(command: string, databaseFile?: string): string {
  const database = databaseFile === undefined ? '' : ` --db ${quoted(databaseFile)}`;
  return `${commandLine} ${command}${database}`;
}

const quoted = (word: string): string => (/^[\w./:\\~-]+$/.test(word) ? word : `"${word}"`);

/** What `winnow help` says. A test holds it against the tables of options. */
export const helpText = `Winnow compares ways of getting a better answer out of a language model, on this computer.
In a clone "winnow" is called as: ${commandLine}

  winnow demo [PROMPT]         a full comparison with the built-in models
  winnow compare PROMPT        compare on your own prompt
  winnow models check PATH     what a model is, what it needs, how fast it is here, and whether Winnow can use it
  winnow models prepared       what lies prepared on the disk, so that it loads fast
  winnow devices               what can compute here; --forget tries graphics cards again
  winnow history               the runs so far
  winnow show RUN              one run again; RUN is an id, its beginning, or "last"
  winnow export                the history as CSV
  winnow bench                 how fast this computer is

compare
  PROMPT                       the prompt; or --prompt-file FILE; or - to read it from the input
  --strategies A,B             greedy, single-sample, best-of-n, speculative-rejection  (best-of-n,speculative-rejection)
  --candidates N|fit           answers to start; fit: as many as the memory holds       (64)
  --alpha SHARE                share of answers stopped at each decision, 0 to 0.95     (0.5)
  --memory auto|SIZE           memory for the answers' cache, such as 128MB; auto: what
                               holds a quarter of the answers at full length (fit: 16)  (auto)
  --max-tokens N               longest answer                                           (160)
  --temperature T              0 is greedy                                              (1)
  --top-p P  --top-k K  --min-p P  --repetition-penalty R                               (1, 0, 0, 1)
  --seed N                     same seed, same run                                      (1)
  --hold WHAT                  held equal: candidates, memory, tokens, time             (candidates)
  --observe                    also score Best-of-N's unfinished answers, off the clock
  --generator PATH             a GGUF file, or a folder from Hugging Face               (built in)
  --reward MODEL|likelihood    a reward model, or the model's own likelihood            (built in)
  --judge MODEL|likelihood     a second opinion on the finished answers; decides nothing (none)
  --device NAME                auto, cpu, cuda, dml, webgpu, coreml                     (auto)
  --form NAME                  how the model computes: fp32, stored, int8 (faster, a
                               little different); auto: without loss                    (auto)

models   check --no-measure    do not load it to measure its speed
         prepared --clear      remove what lies prepared; it is made again when needed
history  --limit N             how many runs                                            (20)
export   --what TABLE          runs, candidates, checkpoints, votes or comparisons
         --to FILE             the CSV file to write
         --run RUN             one run alone
bench    --quick               a shorter benchmark
         --n 1,16  --tokens N  numbers of answers, and their length
         --json FILE           the figures as JSON, too

everywhere
  --db FILE                    another database than the usual one
  --json                       one JSON document on the output, nothing else

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 cancelled.
WINNOW_DATA names the folder for the database, prepared models and logs.`;
