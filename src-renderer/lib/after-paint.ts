/** Work that can wait for the next picture: what is looked at first is drawn first, in a task of its own. */

/** Calls back once the page has been drawn as it is now. Gives a function that ends the waiting. */
export function afterPaint(callback: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  // A frame's callbacks come before its picture, a timer that they set comes after it.
  const frame = requestAnimationFrame(() => (timer = setTimeout(callback)));
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
