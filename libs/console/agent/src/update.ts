import { useSyncExternalStore } from 'react';

/** Between two looks for a new version of the app. */
const lookEveryMs = 3_600_000;

let waiting: ServiceWorker | undefined;
const listeners = new Set<() => void>();

function noteWaiting(worker: ServiceWorker | null): void {
  // The first worker of all has nobody to replace: it serves from the next opening on.
  if (worker === null || navigator.serviceWorker.controller === null) return;
  waiting = worker;
  for (const listener of listeners) listener();
}

/** Keeps the app on the phone; a new version waits until the agent says so, or the app is closed. */
export async function keepInstalled(address: string, scope: string): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const registration = await navigator.serviceWorker.register(address, { scope, updateViaCache: 'none' });
  noteWaiting(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const arriving = registration.installing;
    arriving?.addEventListener('statechange', () => arriving.state === 'installed' && noteWaiting(arriving));
  });
  setInterval(() => void registration.update().catch(() => undefined), lookEveryMs);
}

export const useUpdate = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => waiting !== undefined,
  );

/** The page is loaded again when the new version serves it: whole, or not at all. */
export function activateUpdate(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  waiting?.postMessage('serve');
}
