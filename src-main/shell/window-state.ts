/** Where the window was, how big, and in which theme: remembered in a small file, and checked against today's displays. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Rectangle } from 'electron';
import * as v from 'valibot';
import { themes, type Theme } from '../contract/preferences.ts';

export const smallestWindow = { width: 720, height: 560 } as const;

export interface WindowState {
  width: number;
  height: number;
  /** null: wherever the system likes. */
  place: { x: number; y: number } | null;
  isMaximised: boolean;
  /** So that the window opens in the right colour, before the page has asked for one. */
  theme: Theme;
}

const firstState: WindowState = {
  width: 1280,
  height: 860,
  place: null,
  isMaximised: false,
  theme: 'system',
};

const whole = v.pipe(v.number(), v.safeInteger());

const stateSchema = v.object({
  width: v.pipe(whole, v.minValue(smallestWindow.width)),
  height: v.pipe(whole, v.minValue(smallestWindow.height)),
  place: v.nullable(v.object({ x: whole, y: whole })),
  isMaximised: v.boolean(),
  theme: v.picklist(themes),
}) satisfies v.GenericSchema<unknown, WindowState>;

/** What was remembered; the first state where nothing was, or it cannot be read. */
export function readWindowState(file: string): WindowState {
  try {
    const checked = v.safeParse(stateSchema, JSON.parse(readFileSync(file, 'utf8')));
    return checked.success ? checked.output : firstState;
  } catch {
    return firstState;
  }
}

/** A window that is forgotten is no reason to say anything. */
export function saveWindowState(file: string, state: WindowState): void {
  try {
    writeFileSync(file, JSON.stringify(state));
  } catch {
    // The next window opens in its usual place.
  }
}

/** How much of the upper edge must lie on a display, so that a person can take hold of the window. */
const handle = { width: 120, height: 32 } as const;

/**
 * The state, made to fit the displays that are there: moved to the usual place where its upper edge is out of reach, and
 * no bigger than the display that it is on.
 * @param workAreas of the displays, the first one first
 */
export function fitToDisplays(state: WindowState, workAreas: readonly Rectangle[]): WindowState {
  const { place, width, height } = state;
  const display =
    place && workAreas.find((area) => isWithinReach({ ...place, width, height }, area));
  const room = display ?? workAreas[0];
  if (room === undefined) return { ...state, place: null };
  return {
    ...state,
    place: display ? place : null,
    width: Math.max(smallestWindow.width, Math.min(width, room.width)),
    height: Math.max(smallestWindow.height, Math.min(height, room.height)),
  };
}

function isWithinReach(window: Rectangle, area: Rectangle): boolean {
  const left = Math.max(window.x, area.x);
  const right = Math.min(window.x + window.width, area.x + area.width);
  return (
    right - left >= handle.width &&
    window.y >= area.y &&
    window.y + handle.height <= area.y + area.height
  );
}
