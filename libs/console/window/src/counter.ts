import { useState } from 'react';

/** The counter that this device stands at. */
export interface Counter {
  readonly node: string;
  readonly hall: string;
  readonly window: string;
}

const storageKey = 'tongban.counter';

function read(node: string): Counter | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(storageKey) ?? 'null') as Partial<Counter> | null;
    if (kept?.node !== node || typeof kept.hall !== 'string' || typeof kept.window !== 'string') return undefined;
    return { node, hall: kept.hall, window: kept.window };
  } catch {
    return undefined;
  }
}

/** Which counter this is, remembered on the device: a counter does not move when its clerk changes. */
export function useCounter(node: string) {
  const [counter, setCounter] = useState(() => read(node));
  const choose = (chosen: Counter | undefined): void => {
    if (chosen === undefined) localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, JSON.stringify(chosen));
    setCounter(chosen);
  };
  return { counter, choose };
}
