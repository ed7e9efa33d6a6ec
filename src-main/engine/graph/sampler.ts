import type { GraphBuilder } from './graph-builder.ts';

/** Entries of the vocabulary that are summed together before the sum that a token is drawn by (see `draw`). */
const group = 256;

/** Numbers of TensorProto.DataType. */
const [int32, int64, bool, float64] = [6, 7, 9, 11];

/** Names of the graph inputs that say how tokens are drawn. */
export const samplingInputs = {
  /** bool: no repetition penalty and nothing cut, so the logits can be used as they are. */
  plain: 'sampling-plain',
  /** bool: take the likeliest token. */
  greedy: 'sampling-greedy',
  /** fp32: 1 / temperature where it was not applied to the hidden state already. */
  logitScale: 'logit-scale',
  /** fp32: what turns the logits that the sampler is given into the model's own. */
  rawScale: 'raw-scale',
  /** fp32 */
  penalty: 'repetition-penalty',
  /** bool */
  penalised: 'repetition-penalised',
  /** int64 `[1]`: 0 keeps all. */
  topK: 'top-k',
  topKUsed: 'top-k-used',
  /** fp32 */
  topP: 'top-p',
  topPUsed: 'top-p-used',
  /** fp32 */
  minP: 'min-p',
  /** bool: the chosen tokens' log-probabilities are wanted. */
  logProbabilities: 'log-probabilities-wanted',
} as const;

/**
 * Draws one token for every row.
 * @param logits fp32 `[rows, vocabulary]`
 * @param uniform fp32 `[rows]`, at least 0 and below 1
 * @param seen int64 `[rows, length]`: the ids of prompt and answer so far
 * @returns token int64 `[rows]`
 */
export function sampler(
  graph: GraphBuilder,
  vocabularySize: number,
  { logits, uniform, seen }: { logits: string; uniform: string; seen: string },
): string {
  const greedyOr = (parent: GraphBuilder, scores: string, draws: (graph: GraphBuilder) => string) =>
    branch(parent, samplingInputs.greedy, 'int64', {
      then: (then) => then.node('ArgMax', [scores], { axis: 1, keepdims: 0 }),
      else: draws,
    });
  return branch(graph, samplingInputs.plain, 'int64', {
    then: (plain) =>
      greedyOr(plain, logits, (sample) =>
        draw(sample, vocabularySize, sample.node('Softmax', [logits], { axis: 1 }), uniform),
      ),
    else: (general) => {
      const penalised = penalise(general, logits, seen);
      return greedyOr(general, penalised, (sample) => {
        const scaled = sample.node('Mul', [penalised, samplingInputs.logitScale]);
        return draw(sample, vocabularySize, cut(sample, vocabularySize, scaled), uniform);
      });
    },
  });
}

/** An If node with one output. */
export function branch(
  graph: GraphBuilder,
  condition: string,
  type: 'int64' | 'float32',
  make: Record<'then' | 'else', (graph: GraphBuilder) => string>,
): string {
  const side = (name: 'then' | 'else') => {
    const subgraph = graph.subgraph(name);
    subgraph.output(make[name](subgraph), type);
    return subgraph;
  };
  return graph.node('If', [condition], {
    then_branch: side('then'),
    else_branch: side('else'),
  });
}

/** Logits of tokens that occurred: divided by the penalty where positive, multiplied where negative. */
function penalise(graph: GraphBuilder, logits: string, seen: string): string {
  return branch(graph, samplingInputs.penalised, 'float32', {
    then: (then) => {
      const scores = then.node('GatherElements', [logits, seen], { axis: 1 });
      const penalised = then.node('Where', [
        then.node('Less', [scores, then.floats(0)]),
        then.node('Mul', [scores, samplingInputs.penalty]),
        then.node('Div', [scores, samplingInputs.penalty]),
      ]);
      return then.node('ScatterElements', [logits, seen, penalised], { axis: 1 });
    },
    else: (none) => none.node('Identity', [logits]),
  });
}

/**
 * Top-k, top-p and min-p in this order, as transformers defines them; tokens exactly as likely as the last one kept
 * are kept.
 * @returns fp32 `[rows, vocabulary]`, probabilities up to a factor; 0 where a token was cut
 */
function cut(graph: GraphBuilder, vocabularySize: number, logits: string): string {
  const likeliest = branch(graph, samplingInputs.topKUsed, 'float32', {
    then: (then) => {
      const top = then.nodes('TopK', [logits, samplingInputs.topK], 2, { axis: 1 });
      const least = then.node('ReduceMin', [top[0] ?? ''], { axes: [1], keepdims: 1 });
      const out = then.node('Less', [logits, least]);
      return then.node('Where', [out, then.floats(-Infinity), logits]);
    },
    else: (all) => all.node('Identity', [logits]),
  });
  const probabilities = graph.node('Softmax', [likeliest], { axis: 1 });
  const nucleus = branch(graph, samplingInputs.topPUsed, 'float32', {
    then: (then) => topP(then, vocabularySize, probabilities),
    else: (all) => all.node('Identity', [probabilities]),
  });
  const highest = graph.node('ReduceMax', [probabilities], { axes: [1], keepdims: 1 });
  const least = graph.node('Mul', [highest, samplingInputs.minP]);
  return graph.node('Where', [graph.node('Less', [nucleus, least]), graph.floats(0), nucleus]);
}

/** Keeps a token when the likelier ones together hold less than top-p. */
function topP(graph: GraphBuilder, vocabularySize: number, probabilities: string): string {
  const sizes = [1024, 8192].filter((size) => size < vocabularySize);
  const limit = topPLimit(graph, probabilities, [...sizes, vocabularySize]);
  const out = graph.node('Less', [probabilities, limit]);
  return graph.node('Where', [out, graph.floats(0), probabilities]);
}

/**
 * The probability of the least likely token kept, fp32 `[rows, 1]`. Sorting a whole vocabulary is slow, and the likeliest
 * 1,024 nearly always hold enough; more are sorted only where some row needs them. The limit is the same either way.
 * @param sizes how many of the likeliest tokens to sort, rising to the whole vocabulary
 */
function topPLimit(graph: GraphBuilder, probabilities: string, sizes: readonly number[]): string {
  const [size = 0, ...larger] = sizes;
  const top = graph.nodes('TopK', [probabilities, graph.integers([size])], 2, { axis: 1 });
  const [values = ''] = top;
  const wide = (value: string) => graph.node('Cast', [value], { to: float64 });
  const [sorted, limit] = [wide(values), wide(samplingInputs.topP)];
  // In 64 bits, so that rounding does not move the border between two unlikely tokens.
  const before = graph.node('CumSum', [sorted, graph.integers(1)], { exclusive: 1 });
  // Values fall, so the least one kept is the limit; what is not kept counts as more than any probability.
  const kept = graph.node('Where', [graph.node('Less', [before, limit]), values, graph.floats(2)]);
  const least = graph.node('ReduceMin', [kept], { axes: [1], keepdims: 1 });
  if (larger.length === 0) return least;
  const lastKept = graph.node('Less', [at(graph, before, graph.integers([size - 1])), limit]);
  const needsMore = graph.node('ReduceMax', [graph.node('Cast', [lastKept], { to: int32 })], {
    keepdims: 0,
  });
  return branch(graph, graph.node('Cast', [needsMore], { to: bool }), 'float32', {
    then: (then) => topPLimit(then, probabilities, larger),
    else: (enough) => enough.node('Identity', [least]),
  });
}

/**
 * Draws from weights `[rows, vocabulary]` by inverting their sum: first the group of 256 tokens that is hit, then the
 * token in it. A running sum over a whole vocabulary would be slow and lose digits.
 */
function draw(
  graph: GraphBuilder,
  vocabularySize: number,
  weights: string,
  uniform: string,
): string {
  const missing = (group - (vocabularySize % group)) % group;
  const padded =
    missing === 0 ? weights : graph.node('Pad', [weights, graph.integers([0, 0, 0, missing])]);
  const groups = (vocabularySize + missing) / group;
  const grouped = graph.node('Reshape', [padded, graph.integers([-1, groups, group])]);
  const sums = graph.node('ReduceSum', [grouped, graph.integers([2])], { keepdims: 0 });
  const upTo = graph.node('CumSum', [sums, graph.integers(1)]);
  const total = at(graph, upTo, graph.integers([groups - 1]));
  // Below the total, since the uniform numbers are at most 1 - 2^-23: so a group with a positive sum is hit.
  const target = graph.node('Mul', [total, column(graph, uniform)]);
  const hit = countAtMost(graph, upTo, target);
  const before = graph.node('Sub', [
    graph.node('GatherElements', [upTo, hit], { axis: 1 }),
    graph.node('GatherElements', [sums, hit], { axis: 1 }),
  ]);
  const inside = graph.node('GatherND', [grouped, hit], { batch_dims: 1 });
  return tokenInGroup(graph, { inside, hit, rest: graph.node('Sub', [target, before]) });
}

/** The token that is hit in each row's group. Rounding can leave the rest outside the group; it is brought back. */
function tokenInGroup(
  graph: GraphBuilder,
  { inside, hit, rest }: { inside: string; hit: string; rest: string },
): string {
  const upTo = graph.node('CumSum', [inside, graph.integers(1)]);
  const total = at(graph, upTo, graph.integers([group - 1]));
  const highest = graph.node('Mul', [total, graph.floats(1 - 2 ** -23)]);
  const atLeastZero = graph.node('Max', [rest, graph.floats(0)]);
  const target = graph.node('Min', [atLeastZero, highest]);
  const first = graph.node('Mul', [hit, graph.integers(group)]);
  const token = graph.node('Add', [first, countAtMost(graph, upTo, target)]);
  return graph.node('Squeeze', [token, graph.integers([1])]);
}

/** One column of `[rows, columns]`, as `[rows, 1]`. */
function at(graph: GraphBuilder, values: string, index: string): string {
  return graph.node('Gather', [values, index], { axis: 1 });
}

function column(graph: GraphBuilder, values: string): string {
  return graph.node('Unsqueeze', [values, graph.integers([1])]);
}

/** How many entries of each row are at most the row's limit, int64 `[rows, 1]`. */
function countAtMost(graph: GraphBuilder, values: string, limit: string): string {
  const below = graph.node('LessOrEqual', [values, limit]);
  const ones = graph.node('Cast', [below], { to: int64 });
  return graph.node('ReduceSum', [ones, graph.integers([1])], { keepdims: 1 });
}

/** The model's own log-probability of each row's token, fp32 `[rows]`; zeros where they are not wanted. */
export function chosenLogProbabilities(graph: GraphBuilder, logits: string, token: string): string {
  return branch(graph, samplingInputs.logProbabilities, 'float32', {
    then: (then) => {
      const raw = then.node('Mul', [logits, samplingInputs.rawScale]);
      const all = then.node('LogSoftmax', [raw], { axis: 1 });
      const chosen = then.node('GatherElements', [all, column(then, token)], { axis: 1 });
      return then.node('Squeeze', [chosen, then.integers([1])]);
    },
    else: (none) => {
      const zeros = none.node('Cast', [token], { to: 1 });
      return none.node('Mul', [zeros, none.floats(0)]);
    },
  });
}
