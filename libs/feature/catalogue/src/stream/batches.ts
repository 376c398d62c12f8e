import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Groups what a source gives: a batch is full, or nothing more has come for `lingerMs`. Nothing is read ahead but the
 * one value that follows a batch, so a slow consumer slows down the source.
 */
export async function* batchesOf<T>(source: AsyncIterable<T>, limit: number, lingerMs: number): AsyncGenerator<T[]> {
  const iterator = source[Symbol.asyncIterator]();
  const read = (): Promise<IteratorResult<T>> => {
    const result = iterator.next();
    // Awaited later; until then a failure must not count as unhandled.
    result.catch(() => undefined);
    return result;
  };
  let next = read();
  for (;;) {
    const first = await next;
    if (first.done === true) return;
    const batch = [first.value];
    next = read();
    while (batch.length < limit) {
      const more = await withinMs(next, lingerMs);
      if (more === undefined || more.done === true) break;
      batch.push(more.value);
      next = read();
    }
    yield batch;
  }
}

/** Undefined when it takes longer, or fails: the failure shows when the promise is awaited for the next batch. */
async function withinMs<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  const ended = new AbortController();
  const silence = sleep(ms, undefined, { signal: ended.signal, ref: false }).catch(() => undefined);
  try {
    return await Promise.race([promise.catch(() => undefined), silence]);
  } finally {
    ended.abort();
  }
}
