/**
 * How a generator's linear layers are computed: in 32 bits, the reference; with the numbers as they are stored, the
 * smallest; or in 8 bits, the fastest with a little loss (docs/decode-graph.md has it).
 */
export const linearForms = ['fp32', 'stored', 'int8'] as const;
export type LinearForm = (typeof linearForms)[number];
