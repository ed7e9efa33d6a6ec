/** What stands in a menu. */
import type { IconName } from './icons.ts';

export interface MenuItem {
  label: string;
  icon?: IconName;
  run: () => void;
}
