/** Models that lie prepared on the disk: what was made of their files once, so that they load fast. */

export interface PreparedModel {
  /** The model's name. */
  name: string;
  /** The form of its linear layers, as it was prepared. */
  form: string;
  /** On the disk. */
  bytes: number;
  /** ISO 8601. */
  lastUsedAt: string;
  /** A process has it loaded, so it is not removed. */
  inUse: boolean;
}
