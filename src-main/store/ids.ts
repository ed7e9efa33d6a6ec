/** Names for new runs: unique, and sorted by the time they were made. */
import { randomBytes } from 'node:crypto';

let lastMilliseconds = 0;
let counter = 0;

/**
 * A UUID of version 7 (RFC 9562): milliseconds first, then a counter that keeps ids of one process in order, then
 * random bits.
 */
export function newRunId(now: number = Date.now()): string {
  const isLater = now > lastMilliseconds;
  counter = isLater ? 0 : counter + 1;
  // 12 bits of counter (RFC 9562, method 1); after 4,096 ids in one millisecond the clock is lent one.
  const overflow = counter > 0xfff;
  lastMilliseconds = (isLater ? now : lastMilliseconds) + (overflow ? 1 : 0);
  if (overflow) counter = 0;
  const bytes = randomBytes(16);
  bytes.writeUIntBE(lastMilliseconds, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  const hex = bytes.toString('hex');
  return [8, 12, 16, 20, 32]
    .map((end, part, ends) => hex.slice(part === 0 ? 0 : ends[part - 1], end))
    .join('-');
}
