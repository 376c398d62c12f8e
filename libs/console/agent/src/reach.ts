import { useSyncExternalStore } from 'react';
import { noteClock } from './village-clock.js';

/**
 * Whether the village is in reach. A browser knows whether there is a network, and not whether it leads anywhere: what was
 * asked last and its answer tell that.
 *
 * `unanswered`: there is a network, and the last question got no answer.
 */
export type Reach = 'online' | 'offline' | 'unanswered';

/** For one question: a piece of a file or a short document on a line of 16 kbit/s. */
const answerWithinMs = 180_000;
const lookWithinMs = 15_000;
/** Small, for everybody, and no page of the app is made of it. */
const lookAt = '/console/settings.json';

let answered = true;
const listeners = new Set<() => void>();

function note(isAnswered: boolean): void {
  if (answered === isAnswered) return;
  answered = isAnswered;
  for (const listener of listeners) listener();
}

export function reach(): Reach {
  if (!navigator.onLine) return 'offline';
  return answered ? 'online' : 'unanswered';
}

/** `fetch` for everything that is asked of the village. Any answer counts, a refusal too. */
export async function askVillage(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  try {
    const response = await fetch(input, { signal: AbortSignal.timeout(answerWithinMs), ...init });
    noteClock(response);
    note(true);
    return response;
  } catch (error) {
    note(false);
    throw error;
  }
}

/** Asks the village for something of no weight, to learn whether it is there again. */
export async function lookAgain(): Promise<Reach> {
  const question = { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(lookWithinMs) } as const;
  await askVillage(lookAt, question).catch(() => undefined);
  return reach();
}

export function watchReach(changed: () => void): () => void {
  // Another network is another chance.
  const again = (): void => {
    answered = true;
    changed();
  };
  listeners.add(changed);
  addEventListener('online', again);
  addEventListener('offline', changed);
  return () => {
    listeners.delete(changed);
    removeEventListener('online', again);
    removeEventListener('offline', changed);
  };
}

export const useReach = (): Reach => useSyncExternalStore(watchReach, reach);
