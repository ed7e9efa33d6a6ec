/** What the Electron shell and the core's utility process tell each other, with the schemas that check it on arrival. */
import * as v from 'valibot';

const id = v.pipe(v.number(), v.integer(), v.minValue(1));

/** From the shell to the core. The first two bring a port. */
export const toCoreSchema = v.variant('type', [
  /** A page is at the other end of the port. */
  v.strictObject({ type: v.literal('page') }),
  /** The engine that was asked for is at the other end of the port. */
  v.strictObject({
    type: v.literal('engine-started'),
    id,
    pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  }),
  /** It has ended, or could not be started (exit code null). */
  v.strictObject({
    type: v.literal('engine-exited'),
    id,
    exitCode: v.nullable(v.pipe(v.number(), v.integer())),
  }),
  /** Winnow is being left: close everything and end. */
  v.strictObject({ type: v.literal('close') }),
]);
export type ToCore = v.InferOutput<typeof toCoreSchema>;

/** From the core to the shell. */
export const fromCoreSchema = v.variant('type', [
  v.strictObject({ type: v.literal('start-engine'), id }),
  /** A comparison has begun, or ended. */
  v.strictObject({ type: v.literal('comparison'), isRunning: v.boolean() }),
]);
export type FromCore = v.InferOutput<typeof fromCoreSchema>;
