/** How the width is shared between two lanes: the first one's share, remembered by this browser. */

const key = 'winnow.split';
export const splitLimits = { minimum: 0.25, maximum: 0.75 } as const;

function remembered(): number {
  try {
    const share = Number(localStorage.getItem(key) ?? Number.NaN);
    return Number.isFinite(share) && share > 0 ? limited(share) : 0.5;
  } catch {
    // Storage is forbidden here: both get the same.
    return 0.5;
  }
}

function limited(share: number): number {
  return Math.min(splitLimits.maximum, Math.max(splitLimits.minimum, share));
}

let share = $state(remembered());

export const split = {
  /** Reactive. */
  get share(): number {
    return share;
  },
  set share(wanted: number) {
    share = limited(wanted);
    try {
      localStorage.setItem(key, String(share));
    } catch {
      // It holds until the page is left.
    }
  },
};
