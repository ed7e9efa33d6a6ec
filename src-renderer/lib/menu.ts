/** What stands in a menu. */
import type { IconName } from './icons.ts';
import type { Keys } from './keyboard.ts';

export interface MenuItem {
  label: string;
  icon?: IconName;
  keys?: Keys;
  danger?: boolean;
  disabled?: boolean;
  run: () => void;
}
