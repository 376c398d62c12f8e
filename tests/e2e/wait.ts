import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 50;

/**
 * Asks until there is an answer.
 * @throws naming what did not happen in time, with what `explain` has to say about it
 */
export async function until<T>(
  what: string,
  timeoutMs: number,
  ask: () => Promise<T | undefined> | T | undefined,
  explain: () => string = () => '',
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() >= deadline) {
      throw new Error(`waited ${timeoutMs / 1000} s for ${what}. ${explain()}`.trim());
    }
    await sleep(pollMs);
  }
}

/** Like {@link until}, for a check that gives its reasons as long as it does not hold. */
export async function untilNone(
  what: string,
  timeoutMs: number,
  problems: () => Promise<readonly string[]>,
): Promise<void> {
  let last: readonly string[] = [];
  await until(
    what,
    timeoutMs,
    async () => {
      last = await problems();
      return last.length === 0 ? true : undefined;
    },
    () => last.slice(0, 20).join('; '),
  );
}
