/** What the launcher's decisions depend on: the system and its environment variables. */
export interface Surroundings {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
}

/** Whether a window can be shown to the person who started this. */
export function hasDisplay({ platform, env }: Surroundings): boolean {
  if (platform === 'linux') return isSet(env.DISPLAY) || isSet(env.WAYLAND_DISPLAY);
  // A window would open on the screen of a computer that the person is not at.
  return (platform === 'darwin' || platform === 'win32') && !isSet(env.SSH_CONNECTION);
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';
