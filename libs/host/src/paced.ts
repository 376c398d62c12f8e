/**
 * Passes a hint on at most once in `pauseMs`: the first at once, all that come during the pause as one at its end. For
 * work that is found in the database anyway, so that a busy node does not look for it after each entry.
 */
export function paced(tell: () => void, pauseMs: number): () => void {
  let pause: NodeJS.Timeout | undefined;
  let wanted = false;
  const pass = (): void => {
    wanted = false;
    pause = setTimeout(() => {
      pause = undefined;
      if (wanted) pass();
    }, pauseMs);
    pause.unref();
    tell();
  };
  return () => {
    if (pause === undefined) pass();
    else wanted = true;
  };
}
