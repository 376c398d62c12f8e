import { useSyncExternalStore } from 'react';

function subscribe(changed: () => void): () => void {
  addEventListener('online', changed);
  addEventListener('offline', changed);
  return () => {
    removeEventListener('online', changed);
    removeEventListener('offline', changed);
  };
}

/** Whether the device has a network at all; a host that does not answer shows in the requests themselves. */
export const useOnline = (): boolean => useSyncExternalStore(subscribe, () => navigator.onLine);
