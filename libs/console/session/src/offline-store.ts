import { contentOf, type KeptGrant } from './offline-grant.js';

const database = 'tongban-offline-login';
const store = 'grants';
/** Of all persons who use this device: a counter has a few. */
const mostKept = 20;

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the browser’s store'));
  });

async function inStore<T>(mode: IDBTransactionMode, work: (grants: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opening = indexedDB.open(database, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(store, { keyPath: 'id' });
  const opened = await done(opening);
  try {
    return await done(work(opened.transaction(store, mode).objectStore(store)));
  } finally {
    opened.close();
  }
}

/** The grants of this device that still serve, the longest first; those that are over are dropped. */
export async function keptGrants(now: number = Date.now()): Promise<readonly KeptGrant[]> {
  const all = (await inStore('readonly', (grants) => grants.getAll(null, mostKept))) as KeptGrant[];
  const ends = (grant: KeptGrant): number => contentOf(grant).expiresAt;
  for (const { id } of all.filter((grant) => ends(grant) <= now)) await dropGrant(id);
  return all.filter((grant) => ends(grant) > now).sort((one, other) => ends(other) - ends(one));
}

export async function keepGrant(grant: KeptGrant): Promise<void> {
  await inStore('readwrite', (grants) => grants.put(grant));
}

export async function dropGrant(id: string): Promise<void> {
  await inStore('readwrite', (grants) => grants.delete(id));
}
