/** A stop button that remembers when it was pressed. */
export function stopButton() {
  const controller = new AbortController();
  let pressedAt = NaN;
  return {
    signal: controller.signal,
    press: () => {
      if (controller.signal.aborted) return;
      pressedAt = performance.now();
      controller.abort();
    },
    sincePressed: () => performance.now() - pressedAt,
  };
}
