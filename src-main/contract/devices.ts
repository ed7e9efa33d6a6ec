/** What can compute. */
export const deviceNames = ['cpu', 'cuda', 'dml', 'webgpu', 'coreml'] as const;
export type DeviceName = (typeof deviceNames)[number];
