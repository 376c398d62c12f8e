import { useSyncExternalStore } from 'react';

/** Where the app lives; its addresses are below. */
const base = '/console/agent';

const listeners = new Set<() => void>();
const changed = (): void => listeners.forEach((listener) => listener());

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('popstate', listener);
  };
}

/** Goes to an address of the app; `instead` leaves none to go back to. */
export function go(path: string, instead = false): void {
  if (instead) history.replaceState(null, '', `${base}/${path}`);
  else history.pushState(null, '', `${base}/${path}`);
  scrollTo(0, 0);
  changed();
}

/** The parts of the address below the app: `['applications', '<id>', 'mandate']`. */
export const usePath = (): string[] =>
  useSyncExternalStore(subscribe, () => location.pathname)
    .slice(base.length)
    .split('/')
    .filter((part) => part !== '');

export const hrefOf = (path: string): string => `${base}/${path}`;
