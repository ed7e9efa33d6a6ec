/** Whether the rail shows names or icons only: as the person left it on this device, else by the window's width. */

const key = 'winnow.rail';
const smallWindow = matchMedia('(max-width: 1000px)');

let chosen = $state.raw(remembered());
let small = $state.raw(smallWindow.matches);
smallWindow.addEventListener('change', ({ matches }) => {
  small = matches;
});

function remembered(): 'narrow' | 'wide' | null {
  try {
    const value = localStorage.getItem(key);
    return value === 'narrow' || value === 'wide' ? value : null;
  } catch {
    return null;
  }
}

function toggle(): void {
  chosen = railWidth.narrow ? 'wide' : 'narrow';
  try {
    localStorage.setItem(key, chosen);
  } catch {
    // Storage is forbidden here: it is remembered until the page is closed.
  }
}

export const railWidth = {
  /** Reactive. */
  get narrow(): boolean {
    return chosen === null ? small : chosen === 'narrow';
  },
  toggle,
};
